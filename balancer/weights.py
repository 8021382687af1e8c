"""Class weights from class counts."""

from __future__ import annotations

import numpy as np

from balancer.distribution import Counts, effective_number, in_class_order, present
from balancer.errors import BalanceError, unknown

METHODS = ("balanced", "inverse", "inverse_sqrt", "effective_number", "none")
NORMALISATIONS = ("mean", "rows", "none")
MAX_POWER = 4.0


def class_weights(
    counts: Counts,
    method: str = "balanced",
    power: float = 1.0,
    beta: float = 0.999,
    normalise: str = "mean",
) -> np.ndarray:
    """Weights of the classes for a loss, shape (classes,), all above zero.

    With n the count of a class, N their sum and C the number of classes:

    ================  =========================================================================
    balanced          N / (C · n), as scikit-learn
    inverse           1 / n
    inverse_sqrt      1 / √n
    effective_number  (1 - β) / (1 - β^n): Cui et al. 2019, arXiv:1901.05555
    none              1
    ================  =========================================================================

    Parameters
    ----------
    counts : mapping of class to count (taken by sorted name) or sequence in class order; shares are welcome.
    power : exponent on the weights, 0 to 4: 0.5 tempers them, 0 makes them even.
    beta : of effective_number, from 0 (even) to below 1 (inverse).
    normalise : mean (the mean over classes is 1), rows (the mean over utterances is 1), none (as above).

    Raises
    ------
    BalanceError : for a class without utterances, by name (its weight would be infinite), and for options
        out of bounds.
    """
    if method not in METHODS:
        raise unknown("class weight method", method, METHODS, "method")
    if normalise not in NORMALISATIONS:
        raise unknown("normalisation", normalise, NORMALISATIONS, "normalise")
    if not 0 <= power <= MAX_POWER:
        raise BalanceError(
            f"power {power!r} is outside 0 to {MAX_POWER:g} (an exponent on the weights).", "power"
        )
    if method == "none":
        values = in_class_order(counts)[1]
    else:
        values = present(counts, "drop the class, or take weights of method 'none'")[1]
    weights = _raw(values, method, beta) ** power
    if normalise == "mean":
        weights = weights / weights.mean()
    elif normalise == "rows":
        weights = weights * values.sum() / (weights * values).sum()
    return weights


def _raw(counts: np.ndarray, method: str, beta: float) -> np.ndarray:
    if method == "balanced":
        return counts.sum() / (len(counts) * counts)
    if method == "inverse":
        return 1 / counts
    if method == "inverse_sqrt":
        return 1 / np.sqrt(counts)
    if method == "effective_number":
        return 1 / effective_number(counts, beta)
    return np.ones(len(counts))
