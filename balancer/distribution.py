"""How many utterances each class has, and how uneven that is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from balancer.codes import as_floats
from balancer.errors import BalanceError
from balancer.labels import Label, hard, in_order, read_labels

__all__ = [
    "Distribution",
    "Label",
    "count",
    "describe",
    "effective_number",
    "hard",
    "imbalance_ratio",
    "in_class_order",
    "normalised_entropy",
    "present",
]

Counts = Mapping[Any, float] | Sequence[float] | np.ndarray


@dataclass(frozen=True)
class Distribution:
    """Counts by class (names sorted), largest ÷ smallest class, and evenness from 0 to 1."""

    counts: Mapping[Any, float]
    imbalance_ratio: float
    normalised_entropy: float


def describe(labels: Iterable[Label]) -> Distribution:
    """Counts, imbalance ratio and normalised entropy of labels, hard or soft."""
    counts = count(labels)
    return Distribution(counts, imbalance_ratio(counts), normalised_entropy(counts))


def count(labels: Iterable[Label]) -> dict[Any, float]:
    """Utterances of each class, names sorted; soft labels add their shares to each of their classes.

    Whole numbers where no label is soft. A class that soft labels name with no share at all is there with 0.
    """
    return read_labels(labels).totals()


def imbalance_ratio(counts: Counts) -> float:
    """Largest count ÷ smallest count above zero: 1 is even."""
    present = _present(counts)
    return float(present.max() / present.min())


def normalised_entropy(counts: Counts) -> float:
    """Shannon entropy of the class shares ÷ log(classes): 1 is even, 0 is one class only.

    Classes without utterances count among the classes. A corpus of a single class has nothing to balance: 1.
    """
    classes = len(in_class_order(counts)[1])
    if classes == 1:
        return 1.0
    shares = _present(counts)
    shares = shares / shares.sum()
    # Rounding may leave the even distribution a hair above 1, which would miss no target but reads oddly.
    return float(min(1.0, max(0.0, -(shares * np.log(shares)).sum() / np.log(classes))))


def effective_number(counts: Counts, beta: float = 0.999) -> np.ndarray:
    """Effective number of samples of each class, E_n = (1 - β^n) / (1 - β); shape (classes,).

    β = 0 gives 1, β towards 1 gives n.  Source: Cui et al. 2019, arXiv:1901.05555, equation 2.
    """
    if not (isinstance(beta, int | float | np.number) and 0 <= beta < 1):
        raise BalanceError(
            f"beta {beta!r} is outside 0 to 1 (1 itself excluded); Cui et al. use 0.9 to 0.9999.", "beta"
        )
    values = in_class_order(counts)[1]
    if beta == 0:
        return (values > 0).astype(float)
    # expm1 keeps 1 - β^n exact where β^n is close to 1.
    return -np.expm1(values * np.log(beta)) / (1 - beta)


def in_class_order(counts: Counts) -> tuple[list[Any], np.ndarray]:
    """Class names and counts as an array: a mapping by sorted name, a sequence as it comes (named 0, 1, …).

    Raises
    ------
    BalanceError : where there is no class, or a count is negative or not a number.
    """
    if isinstance(counts, Mapping):
        names = list(in_order(counts))
        values = as_floats([counts[name] for name in names], "counts")
    else:
        values = as_floats(counts, "counts")
        if values.ndim != 1:
            raise BalanceError(
                f"counts have shape {values.shape}; give one number a class, (classes,).", "counts"
            )
        names = list(range(len(values)))
    if not len(values):
        raise BalanceError("there are no classes to count: the labels are empty.", "counts")
    for name, value in zip(names, values, strict=True):
        if not (np.isfinite(value) and value >= 0):
            raise BalanceError(
                f"class {name!r} has a count of {value:g}; counts are numbers from 0.", "counts"
            )
    return names, values


def present(counts: Counts, instead: str) -> tuple[list[Any], np.ndarray]:
    """`in_class_order` for what would be infinite for a class that is absent.

    Raises
    ------
    BalanceError : for classes without utterances, by name; `instead` is what else to do than add some.
    """
    names, values = in_class_order(counts)
    absent = [str(name) for name, value in zip(names, values, strict=True) if value == 0]
    if absent:
        listed = f"class {absent[0]} has" if len(absent) == 1 else f"classes {', '.join(absent)} have"
        raise BalanceError(f"{listed} no training utterance; add some, or {instead}.", "counts")
    return names, values


def _present(counts: Counts) -> np.ndarray:
    values = in_class_order(counts)[1]
    if not values.any():
        raise BalanceError("no class has an utterance: there is nothing to balance.", "counts")
    return values[values > 0]
