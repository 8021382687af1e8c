"""How far confidence is from accuracy: reliability by bin of confidence, and the expected calibration error."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from balancer.errors import BalanceError

Rows = Sequence[Sequence[float]] | np.ndarray


@dataclass(frozen=True)
class Reliability:
    """By bin of confidence, (bins,) each: rows in it, their mean confidence and accuracy (NaN in an empty bin)."""

    edges: np.ndarray
    rows: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray

    @property
    def error(self) -> float:
        """Σ rows / all · |accuracy - confidence|: the expected calibration error."""
        used = self.rows > 0
        gap = np.abs(self.accuracy[used] - self.confidence[used])
        return float((self.rows[used] * gap).sum() / self.rows.sum())


def expected_calibration_error(
    probabilities: Rows, labels: Sequence[int] | Rows, bins: int = 15, classwise: bool = False
) -> float:
    """ECE = Σ_b (n_b / N) · |accuracy(b) - confidence(b)| over bins of equal width, from 0 (calibrated) to 1.

    Parameters
    ----------
    probabilities : (rows, classes), each row sums to 1; the largest is the prediction, its value the confidence.
    labels : class numbers (rows,), or shares (rows, classes): a row is then right by the share of what it said.
    bins : of equal width over 0 to 1, each open below: (0, 1/bins], … .
    classwise : the mean over classes of the same error of each class's own probability, so that a rare class
        counts as much as a frequent one.  Source: Kull et al. 2019, arXiv:1910.12656.

    Raises
    ------
    BalanceError : without rows, for shapes that do not fit, probabilities that are none, labels that are no class.

    Source: Guo et al. 2017, arXiv:1706.04599, equation 3.
    """
    probabilities, shares = checked(probabilities, labels)
    if not classwise:
        return reliability(probabilities, labels, bins).error
    columns = zip(probabilities.T, shares.T, strict=True)
    return float(np.mean([_binned(own, right, bins).error for own, right in columns]))


def reliability(probabilities: Rows, labels: Sequence[int] | Rows, bins: int = 15) -> Reliability:
    """Confidence and accuracy of the top label by bin, for a reliability diagram; arguments as above."""
    probabilities, shares = checked(probabilities, labels)
    said = probabilities.argmax(axis=1)[:, None]
    confidence = np.take_along_axis(probabilities, said, axis=1)[:, 0]
    return _binned(confidence, np.take_along_axis(shares, said, axis=1)[:, 0], bins)


def checked(probabilities: Rows, labels: Sequence[int] | Rows) -> tuple[np.ndarray, np.ndarray]:
    """Probabilities and the labels' shares, both (rows, classes)."""
    values = np.asarray(probabilities, dtype=float)
    if values.ndim != 2 or not values.size:
        raise BalanceError(f"probabilities have shape {values.shape}; give (rows, classes), a row at least.")
    wrong = np.flatnonzero(~((values >= 0).all(axis=1) & (np.abs(values.sum(axis=1) - 1) < 1e-3)))
    if len(wrong):
        raise BalanceError(
            f"row {wrong[0]} of the probabilities, {np.round(values[wrong[0]], 4).tolist()}, does not sum to 1 "
            "over numbers from 0; give softmax(logits)."
        )
    return values, target_shares(labels, values.shape)


def target_shares(labels: Sequence[int] | Rows, shape: tuple[int, ...]) -> np.ndarray:
    """Labels as shares of `shape` (rows, classes): class numbers become one-hot, shares are scaled to sum to 1.

    Raises
    ------
    BalanceError : for another shape, a number that is no class, shares below 0 or all 0.
    """
    given = np.asarray(labels)
    if given.shape == shape:
        whole = given.sum(axis=1, keepdims=True, dtype=float)
        if (given < 0).any() or not (np.isfinite(whole) & (whole > 0)).all():
            raise BalanceError("labels hold a row whose shares are below 0, not finite, or all 0.", "labels")
        return given / whole
    if given.shape != shape[:1]:
        raise BalanceError(
            f"labels {given.shape} do not fit {shape}: give (rows,) class numbers or (rows, classes) shares.",
            "labels",
        )
    if not np.issubdtype(given.dtype, np.integer) or given.min() < 0 or given.max() >= shape[1]:
        raise BalanceError(f"labels must be class numbers from 0 to {shape[1] - 1}.", "labels")
    return np.eye(shape[1])[given]


def _binned(confidence: np.ndarray, right: np.ndarray, bins: int) -> Reliability:
    if not isinstance(bins, int | np.integer) or isinstance(bins, bool) or bins < 1:
        raise BalanceError(f"bins {bins!r} is not a whole number from 1.", "bins")
    edges = np.linspace(0, 1, bins + 1)
    place = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, bins - 1)
    rows = np.bincount(place, minlength=bins)
    with np.errstate(invalid="ignore"):
        means = [np.bincount(place, weights, bins) / rows for weights in (confidence, right)]
    return Reliability(edges, rows, *means)
