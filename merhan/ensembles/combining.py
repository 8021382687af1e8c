"""The logits of several models as one model's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from scipy.special import log_softmax, logsumexp, softmax

from balancer import Calibration

Method = Literal["mean", "vote"]
METHODS: tuple[Method, ...] = ("mean", "vote")


def combined(
    logits: Sequence[np.ndarray], calibrations: Sequence[Calibration], method: Method = "mean"
) -> np.ndarray:
    """Logits of an ensemble, (rows, classes) or (classes,), from its members' of the same rows.

    mean : log(1/K Σ_k softmax(z_k / T_k + b_k)) - 1/K Σ_k b_k.  Calibrated probabilities, all for the same class
        distribution, are averaged; then the ensemble leans towards rare classes as its members do on average, so
        that its own decisions compare with theirs.  An ensemble of one decides as its only member.
    vote : log((votes + p) / (K + 1)), each member's decision a vote and p the probabilities of `mean`: one
        more vote, spread over the classes.  It settles ties, outvotes nobody, and leaves no class at 0.
    """
    calibrated = [
        log_softmax(np.asarray(z, dtype=float) / c.temperature + np.array(c.bias), axis=-1)
        for z, c in zip(logits, calibrations, strict=True)
    ]
    lean = np.mean([c.bias for c in calibrations], axis=0)
    mean = logsumexp(calibrated, axis=0) - np.log(len(calibrated)) - lean
    if method == "mean":
        return mean
    votes = sum(_vote(z) for z in logits)
    return np.log(np.maximum(votes + softmax(mean, axis=-1), np.finfo(float).tiny)) - np.log(len(logits) + 1)


def mean_logits(logits: Sequence[np.ndarray]) -> np.ndarray:
    """log of the mean probabilities: of heads that have no calibration."""
    return logsumexp([log_softmax(z.astype(float), axis=-1) for z in logits], axis=0) - np.log(len(logits))


def _vote(logits: np.ndarray) -> np.ndarray:
    return np.eye(logits.shape[-1])[np.asarray(logits).argmax(axis=-1)]
