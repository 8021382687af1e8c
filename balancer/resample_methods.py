"""Every resampling method, its kind and its options, declared without imbalanced-learn."""

from __future__ import annotations

from functools import partial
from typing import Any

from balancer.errors import unknown
from balancer.options import Method, Option, check_options
from balancer.strategy import CLEAN, OVER, UNDER, Strategy, check_strategy


def check_resample(name: str, *, strategy: Strategy = "auto", **options: Any) -> None:
    """Raise BalanceError (its `key` names the option) where `resample` would without a look at data."""
    method = find_resample(name)
    check_options(method, options)
    check_strategy(name, method.kind, strategy)


def find_resample(name: str) -> Method:
    """The method called `name`: its kind and its options with their bounds; nothing heavy is imported."""
    if name not in METHODS:
        raise unknown("resampling method", name, METHODS, "name")
    return METHODS[name]


def resample_names() -> list[str]:
    """Every method."""
    return sorted(METHODS)


def _run(method: str, X: Any, y: Any, **options: Any) -> Any:
    from balancer.resample import resample

    return resample(X, y, method, **options)


def _method(name: str, kind: str, **options: Option) -> Method:
    return Method(kind, name, partial(_run, name), options)


def _neighbours(default: int) -> Option:
    return Option(default, 1, 1000, "neighbours", whole=True)


METHODS = {
    method.name: method
    for method in (
        _method("random_over", OVER),
        _method("random_under", UNDER),
        _method("smote", OVER, k_neighbors=_neighbours(5)),
        _method("borderline_smote", OVER, k_neighbors=_neighbours(5), m_neighbors=_neighbours(10)),
        _method(
            "svm_smote",
            OVER,
            k_neighbors=_neighbours(5),
            m_neighbors=_neighbours(10),
            out_step=Option(0.5, 0, 1, "of the way beyond a safe row"),
        ),
        _method(
            "kmeans_smote",
            OVER,
            k_neighbors=_neighbours(2),
            clusters=Option(8, 1, 10_000, "clusters", whole=True),
        ),
        _method("adasyn", OVER, n_neighbors=_neighbours(5)),
        _method("tomek", CLEAN),
        _method("enn", CLEAN, n_neighbors=_neighbours(3)),
        _method(
            "near_miss",
            UNDER,
            version=Option(1, 1, 3, "of the method", whole=True),
            n_neighbors=_neighbours(3),
            n_neighbors_ver3=_neighbours(3),
        ),
        _method("smote_enn", OVER, k_neighbors=_neighbours(5), n_neighbors=_neighbours(3)),
        _method("smote_tomek", OVER, k_neighbors=_neighbours(5)),
    )
}
