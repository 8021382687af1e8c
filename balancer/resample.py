"""Resampling of feature matrices: imbalanced-learn's methods, each row with its provenance.

For training rows only: what is resampled before a split leaks into its other side.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from balancer.errors import BalanceError
from balancer.labels import Label, Labels, read_labels
from balancer.resample_methods import check_resample, find_resample, resample_names
from balancer.strategy import CLEAN, OVER, UNDER, Strategy, classes_to_clean, targets

__all__ = ["Resampled", "Strategy", "check_resample", "find_resample", "resample", "resample_names"]


@dataclass(frozen=True)
class Resampled:
    """What came of resampling: originals first in their order (those that were kept), then what was added.

    X : (rows, …) of the kind that was given; of synthetic methods a NumPy array; None where none was given.
    y : (rows,) classes, or maps of class to share where labels were soft.
    source : (rows,) the original's row number; of a synthetic row, that of the row it starts from.
    synthetic : (rows,) bool; true where a row is interpolated, false for originals and their duplicates.
    notes : what could not be done as asked, a sentence each.
    """

    X: Any
    y: np.ndarray
    source: np.ndarray
    synthetic: np.ndarray
    notes: tuple[str, ...] = ()


def resample(
    X: Any,
    y: Iterable[Label],
    method: str,
    *,
    strategy: Strategy = "auto",
    seed: int = 0,
    groups: Iterable[Any] | None = None,
    **options: Any,
) -> Resampled:
    """Even out the classes of a feature matrix by `method`, a name of `resample_names`.

    ==================  ===================================================================================
    random_over         duplicates; random_under: rows left out. Any X: 4-D, NaN, a list, None (rows alone)
    smote               between a row and one of its class's neighbours: Chawla et al. 2002, arXiv:1106.1813
    borderline_smote    starting from rows that others' neighbours surround: Han et al. 2005
    svm_smote           starting from support vectors: Nguyen et al. 2011
    kmeans_smote        within clusters, the sparse ones first: Douzas et al. 2018, arXiv:1711.00837
    adasyn              more where more neighbours are of other classes: He et al. 2008
    tomek, enn          cleaning: rows that are their neighbours' odd one out are removed
    near_miss           the majority's rows nearest to the minority stay (`version` 1 to 3): Mani & Zhang 2003
    smote_enn,          smote, then cleaning of every class: Batista et al. 2004
    smote_tomek
    ==================  ===================================================================================

    Parameters
    ----------
    X : (n, features), finite numbers; see above for the random methods.
    y : (n,) labels. Of a soft one the class with the largest share decides; a synthetic row's label is
        interpolated as its features are, so that its own class need not keep the largest share of it.
    strategy : one of imbalanced-learn's words; a number: the share of the largest class that each class is
        brought up to, or of under-sampling the share of any class that the smallest is at least; a map of
        class to count; of cleaning, a list of classes. Over-sampling never drops a row, under-sampling never
        adds one: a class beyond its target stays as it is.
    groups : (n,), of the random methods: what a class gains or keeps is dealt out to its groups (speakers) evenly.
    options : `k_neighbors`, `m_neighbors`, … as imbalanced-learn names them. Neighbours are at most one
        fewer than the class has rows; a class of one row is duplicated.

    Where a variant of SMOTE finds no row to start from, plain SMOTE does it; where cleaning would leave a class
    without a row, it keeps all. Notes say so. adasyn, svm_smote and kmeans_smote meet a target only nearly.

    Raises
    ------
    BalanceError : for an unknown method, option or class, and for features that the method can't measure.
    """
    found = find_resample(method)
    check_resample(method, strategy=strategy, **options)
    if isinstance(seed, bool) or not isinstance(seed, int | np.integer) or seed < 0:
        raise BalanceError(f"seed {seed!r} is not a whole number from 0.", "seed")
    labels = read_labels(y)
    if X is not None and _length(X) != len(labels):
        raise BalanceError(f"X has {_length(X)} rows and y {len(labels)}; give one label a row.", "y")
    if not len(labels):
        raise BalanceError(f"{method}: there are no rows to resample.", "y")
    rng = np.random.default_rng(seed)
    settings = found.settings(options)

    from balancer import resampling

    if method in ("random_over", "random_under"):
        wanted = targets(strategy, labels, found.kind)
        rows = resampling.by_row(labels.index, wanted, rng, groups, over=found.kind == OVER)
        return _of_rows(X, labels, rows)
    if groups is not None:
        raise BalanceError(f"{method} does not know groups; random_over and random_under do.", "groups")
    numbers = _numbers(X, method)
    if found.kind == CLEAN:
        rows, notes = resampling.cleaned(
            method, numbers, labels.index, classes_to_clean(strategy, labels), labels.names, settings
        )
        return _of_rows(X, labels, rows, notes)
    if found.kind == UNDER:
        wanted = targets(strategy, labels, UNDER)
        rows, notes = resampling.near_miss(numbers, labels.index, wanted, labels.names, settings)
        return _of_rows(X, labels, rows, notes)
    return _synthetic(method, numbers, labels, targets(strategy, labels, OVER), rng, settings)


def _synthetic(
    method: str,
    numbers: np.ndarray,
    labels: Labels,
    wanted: Mapping[int, int],
    rng: np.random.Generator,
    settings: dict[str, Any],
) -> Resampled:
    """Originals, then new rows class by class; of the combinations, what cleaning leaves of both."""
    from balancer import resampling, synthetic

    first, _, cleaning = method.partition("_") if method in ("smote_enn", "smote_tomek") else (method, "", "")
    after = {"n_neighbors": settings.pop("n_neighbors")} if cleaning == "enn" else {}
    made = synthetic.synthesise(first, numbers, labels.index, wanted, labels.names, rng, settings)
    X = np.concatenate([numbers, made.rows])
    codes = np.concatenate([labels.index, labels.index[made.base]])
    y = _array([*_each(labels), *made.labels(labels)])
    source = np.concatenate([np.arange(len(labels)), made.base])
    new = np.concatenate([np.zeros(len(labels), dtype=bool), made.interpolated])
    if not cleaning:
        return Resampled(X, y, source, new, made.notes)
    every = sorted(set(codes.tolist()))
    kept, notes = resampling.cleaned(cleaning, X, codes, every, labels.names, after)
    return Resampled(X[kept], y[kept], source[kept], new[kept], (*made.notes, *notes))


def _of_rows(X: Any, labels: Labels, rows: np.ndarray, notes: Sequence[str] = ()) -> Resampled:
    new = np.zeros(len(rows), dtype=bool)
    return Resampled(_take(X, rows), _array(_each(labels))[rows], rows, new, tuple(notes))


def _each(labels: Labels) -> list[Any]:
    return [labels.soft.get(row, labels.names[code]) for row, code in enumerate(labels.index.tolist())]


def _array(values: list[Any]) -> np.ndarray:
    """Of one type where all labels are; of objects where they aren't, or some are soft."""
    kinds = {type(value) for value in values}
    if len(kinds) == 1 and dict not in kinds:
        return np.array(values)
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _take(X: Any, rows: np.ndarray) -> Any:
    if X is None:
        return None
    if hasattr(X, "iloc"):
        return X.iloc[rows]
    return X[rows] if hasattr(X, "shape") else [X[row] for row in rows.tolist()]


def _length(X: Any) -> int:
    return X.shape[0] if hasattr(X, "shape") else len(X)


def _numbers(X: Any, method: str) -> np.ndarray:
    """X as (n, features) floats of its own precision, for methods that measure distances."""
    whole = "give (rows, features) of numbers, or take random_over or random_under, which move rows alone"
    if hasattr(X, "toarray"):
        raise BalanceError(f"{method}: X is sparse; give X.toarray(), a dense matrix.", "X")
    try:
        numbers = np.asarray(X)
        numbers = numbers if numbers.dtype.kind == "f" else numbers.astype(np.float64)
    except (TypeError, ValueError):
        raise BalanceError(
            f"{method} measures distances, and X is not made of numbers; {whole}.", "X"
        ) from None
    if numbers.ndim != 2:
        raise BalanceError(f"{method} measures distances, and X has shape {numbers.shape}; {whole}.", "X")
    broken = ~np.isfinite(numbers).all(axis=1)
    if broken.any():
        row = int(np.argmax(broken))
        raise BalanceError(
            f"{method} measures distances, and row {row} of X has NaN or infinity; {whole}.", "X"
        )
    return np.ascontiguousarray(numbers)
