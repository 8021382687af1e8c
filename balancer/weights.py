"""Class weights from class counts, and sample weights from labels."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from balancer.codes import as_floats
from balancer.distribution import Counts, effective_number, in_class_order, present
from balancer.errors import BalanceError, unknown
from balancer.labels import Label, read_labels

METHODS = ("balanced", "inverse", "inverse_sqrt", "effective_number", "log", "none")
NORMALISATIONS = ("mean", "rows", "max", "min", "none")
MAX_POWER = 4.0
NUMBER = int | float | np.number

ByClass = Mapping[Any, float] | Sequence[float] | np.ndarray


def class_weights(
    counts: Counts,
    method: str | Mapping[Any, float] = "balanced",
    power: float = 1.0,
    beta: float = 0.999,
    normalise: str = "mean",
    clip: float | tuple[float, float] | None = None,
    prior: ByClass | None = None,
) -> np.ndarray:
    """Weights of the classes for a loss, shape (classes,), finite and above zero.

    With n the count of a class, N their sum and C the number of classes:

    ================  =========================================================================
    balanced          N / (C · n), as scikit-learn; with `prior` π: π · N / n
    inverse           1 / n
    inverse_sqrt      1 / √n
    effective_number  (1 - β) / (1 - β^n): Cui et al. 2019, arXiv:1901.05555
    log               log(1 + N / n): above log 2 even for the largest class, where log(N / n) reaches 0
    none              1
    {class: weight}   these
    ================  =========================================================================

    Then `power`, `clip` as a ratio, `normalise`, and `clip` as a pair, in this order.

    Parameters
    ----------
    counts : mapping of class to count (taken by sorted name) or sequence in class order; shares are welcome.
    power : exponent on the weights, 0 to 4: 0.5 tempers them, 0 makes them even.
    beta : of effective_number, from 0 (even) to below 1 (inverse).
    normalise : mean (the mean over classes is 1), rows (the mean over utterances is 1), max or min (the
        largest or smallest is 1), none (as above).
    clip : a number from 1: no weight above so many times the smallest; or (low, high): no weight outside,
        after normalising, whose mean it then moves.
    prior : of method balanced: how often each class will occur where the model is used, scaled to sum to 1;
        a mapping by class, or in class order. Without it, all equally often.

    Raises
    ------
    BalanceError : for a class without utterances, by name (its weight would be infinite); for classes that a
        mapping lacks or that do not exist (the nearest is shown); for options out of bounds.
    """
    chosen = "none" if isinstance(method, Mapping) else method
    if chosen not in METHODS:
        raise unknown("class weight method", method, METHODS, "method")
    if normalise not in NORMALISATIONS:
        raise unknown("normalisation", normalise, NORMALISATIONS, "normalise")
    if not (isinstance(power, NUMBER) and 0 <= power <= MAX_POWER):
        raise BalanceError(
            f"power {power!r} is outside 0 to {MAX_POWER:g} (an exponent on the weights).", "power"
        )
    if prior is not None and method != "balanced":
        raise BalanceError(f"prior goes with method 'balanced', not with {method!r}.", "prior")
    ratio, bounds = _clip(clip)

    if chosen == "none":
        names, values = in_class_order(counts)
    else:
        names, values = present(counts, "drop the class, or take weights of method 'none'")
    with np.errstate(all="ignore"):  # said below
        weights = _raw(values, chosen, beta)
    if isinstance(method, Mapping):
        weights = _by_class("class weights", method, names, "method")
    if prior is not None:
        shares = _by_class("prior", prior, names, "prior")
        weights = weights * len(names) * shares / shares.sum()
    with np.errstate(over="ignore", invalid="ignore"):  # said below
        weights = weights**power
        weights = np.minimum(weights, ratio * weights.min())
        weights = np.clip(weights / _size(weights, values, normalise), *bounds)
    if not (np.isfinite(weights).all() and (weights > 0).all()):
        raise BalanceError(f"counts {values.tolist()} give weights {weights.tolist()}; lower power.", "power")
    return weights


def sample_weights(
    labels: Iterable[Label],
    method: str | Mapping[Any, float] = "balanced",
    *,
    counts: Counts | None = None,
    normalise: str = "rows",
    **options: Any,
) -> np.ndarray:
    """Weight of each utterance, shape (utterances,): that of its class; of a soft label, Σ share · weight.

    With the defaults these are scikit-learn's `compute_sample_weight("balanced", labels)`.

    Parameters
    ----------
    labels : one an utterance, in any sequence; a soft one maps class to share.
    counts : of the training split, where the labels are others; by default those of the labels, soft shares added.
    method, normalise, options : as in `class_weights`; the mean over utterances is 1 by default.

    Raises
    ------
    BalanceError : as `class_weights`; for a label that the counts do not have.
    """
    read = read_labels(labels)
    names, values = in_class_order(read.totals() if counts is None else counts)
    by_name = dict(zip(names, values, strict=True))
    for name in read.names:
        if name not in by_name:
            raise unknown("class", name, names, "labels")
    weights = class_weights(by_name, method, normalise=normalise, **options)
    by_name = dict(zip(names, weights, strict=True))
    each = np.array([by_name[name] for name in read.names])[read.index]
    for position, label in read.soft.items():
        each[position] = math.fsum(share * by_name[name] for name, share in label.items())
    return each


def _raw(counts: np.ndarray, method: str, beta: float) -> np.ndarray:
    if method == "balanced":
        return counts.sum() / (len(counts) * counts)
    if method == "inverse":
        return 1 / counts
    if method == "inverse_sqrt":
        return 1 / np.sqrt(counts)
    if method == "effective_number":
        return 1 / effective_number(counts, beta)
    if method == "log":
        return np.log1p(counts.sum() / counts)
    return np.ones(len(counts))


def _by_class(what: str, given: ByClass, names: list[Any], key: str) -> np.ndarray:
    """One number above 0 for each of `names`, by name or in order."""
    if isinstance(given, Mapping):
        for name in given:
            if name not in names:
                raise unknown(f"{what}: class", name, names, key)
        missing = [str(name) for name in names if name not in given]
        if missing:
            raise BalanceError(f"{what}: give class {', '.join(missing)} a number too.", key)
        given = [given[name] for name in names]
    values = as_floats(given, what, key)
    if values.shape != (len(names),):
        raise BalanceError(f"{what} has shape {values.shape}; give one number a class, ({len(names)},).", key)
    for name, value in zip(names, values, strict=True):
        if not (np.isfinite(value) and value > 0):
            raise BalanceError(f"{what}: class {name} has {value:g}; give numbers above 0.", key)
    return values


def _clip(clip: float | tuple[float, float] | None) -> tuple[float, tuple[float, float]]:
    """The largest ratio of two weights, and the bounds of each."""
    if clip is None:
        return math.inf, (0.0, math.inf)
    if isinstance(clip, NUMBER) and not isinstance(clip, bool) and 1 <= clip < math.inf:
        return float(clip), (0.0, math.inf)
    pair = isinstance(clip, Sequence | np.ndarray) and len(clip) == 2
    if pair and all(isinstance(bound, NUMBER) for bound in clip) and 0 < clip[0] <= clip[1] < math.inf:
        return math.inf, (clip[0], clip[1])
    raise BalanceError(
        f"clip {clip!r} is not allowed; give a number from 1 (largest ÷ smallest weight), or (low, high) above 0.",
        "clip",
    )


def _size(weights: np.ndarray, counts: np.ndarray, normalise: str) -> float:
    """What is to become 1."""
    if normalise == "mean":
        return weights.mean()
    if normalise == "rows":
        return (weights * counts).sum() / counts.sum()
    return {"max": weights.max(), "min": weights.min(), "none": 1.0}[normalise]
