"""From one class distribution to another: probabilities re-targeted, and decisions that favour no class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from balancer.distribution import Counts, in_class_order
from balancer.errors import BalanceError


def shift_prior(
    probabilities: Sequence[Sequence[float]] | np.ndarray, trained_on: Counts, to: Counts
) -> np.ndarray:
    """Probabilities under another class distribution, p'_c ∝ p_c · to_c / trained_on_c, shape (rows, classes).

    Exact where only how frequent the classes are has changed, not what each of them looks like, and where
    `probabilities` are calibrated under `trained_on`.

    Parameters
    ----------
    probabilities : (rows, classes), or (classes,) of one row.
    trained_on, to : counts or shares of the classes, a sequence in class order or a mapping, taken by sorted
        name.  For a set whose majority was sampled at 0.2, `trained_on` is that sample's distribution.

    Raises
    ------
    BalanceError : for another number of classes, a class that `to` has and `trained_on` has not (no evidence can
        bring it back), probabilities below 0 or not finite, a row all of whose probability is on classes that `to` lacks.

    Source: Saerens, Latinne & Decaestecker 2002, Neural Computation 14, equation 2.4.
    """
    values = np.asarray(probabilities, dtype=float)
    classes = values.shape[-1] if values.ndim else 0
    before, after = shares_of(trained_on, classes, "trained_on"), shares_of(to, classes, "to")
    if isinstance(trained_on, Mapping) and isinstance(to, Mapping) and set(trained_on) != set(to):
        odd = sorted(map(str, set(trained_on) ^ set(to)))
        raise BalanceError(
            f"class {odd[0]!r} is in one of trained_on and to alone; name the same in both.", "to"
        )
    wrong = np.flatnonzero(~(np.isfinite(values) & (values >= 0)).all(axis=-1).reshape(-1))
    if len(wrong):
        row = np.round(values.reshape(-1, classes)[wrong[0]], 4).tolist()
        raise BalanceError(
            f"row {wrong[0]} of the probabilities is {row}; give softmax(logits).", "probabilities"
        )
    gone = np.flatnonzero((before == 0) & (after > 0))
    if len(gone):
        raise BalanceError(
            f"class {_name(trained_on, gone[0])!r} has no share in trained_on, so that its probability can't be "
            "re-targeted; give it a share there, or none in to.",
            "trained_on",
        )
    shifted = values * np.divide(after, before, out=np.zeros(classes), where=before > 0)
    whole = shifted.sum(axis=-1, keepdims=True)
    if not (whole > 0).all():
        row = int(np.flatnonzero(~(whole.reshape(-1) > 0))[0])
        raise BalanceError(f"row {row} gives all its probability to classes that have no share in to.", "to")
    return shifted / whole


def balanced_probabilities(
    probabilities: Sequence[Sequence[float]] | np.ndarray, prior: Counts
) -> np.ndarray:
    """Probabilities as if all classes were equally frequent, p'_c ∝ p_c / prior_c.

    Their argmax is the decision that maximises unweighted average recall: with Σ_c recall_c / C = Σ_x Σ_c
    [decided c] · P(x | c) / C, each x goes to the class of the largest P(x | c) ∝ p(c | x) / prior_c.
    """
    classes = np.asarray(probabilities).shape[-1]
    return shift_prior(probabilities, prior, np.ones(classes))


def shares_of(counts: Counts, classes: int, key: str = "prior") -> np.ndarray:
    """Counts or shares of the classes as shares that sum to 1, (classes,)."""
    values = in_class_order(counts)[1]
    if len(values) != classes:
        raise BalanceError(f"{key} has {len(values)} numbers for {classes} classes; give one each.", key)
    if not values.any():
        raise BalanceError(f"{key} gives no class a share.", key)
    return values / values.sum()


def _name(counts: Counts, place: int) -> object:
    return in_class_order(counts)[0][place]
