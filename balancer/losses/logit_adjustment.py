"""Logit adjustment, in training and after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

import numpy as np

from balancer.distribution import Counts, present
from balancer.errors import BalanceError
from balancer.losses import Option, loss
from balancer.losses.cross_entropy import cross_entropy

if TYPE_CHECKING:
    from torch import Tensor

Logits = TypeVar("Logits", "np.ndarray", "Tensor")
TAU = Option(1.0, 0.0, 10.0, "times the log prior")


@loss("logit_adjustment", needs_counts=True, tau=TAU)
def logit_adjustment(logits: Tensor, targets: Tensor, counts: Tensor, tau: float) -> Tensor:
    """ℓ = cross-entropy of z + τ · log π against t, with π = n / N the training prior; shape (batch,).

    With the prior added in training, the model's own logits do without it: their argmax aims at balanced
    accuracy.  τ 0 or an even prior are cross-entropy.  Soft and smoothed targets are compared with the
    adjusted logits.  Source: Menon et al. 2020, arXiv:2007.07314, equation 10.

    logits, targets : (batch, classes).  counts : (classes,), above 0.
    """
    return cross_entropy(logits + tau * (counts / counts.sum()).log(), targets)


def adjust_logits(logits: Logits, counts: Counts, tau: float = 1.0) -> Logits:
    """z - τ · log π: takes the training prior π = n / N out of a model that was trained without correction.

    Not for one whose loss, weights or sampler made up for the imbalance already: that counts it twice.
    Source: Menon et al. 2020, arXiv:2007.07314, equation 9.

    Parameters
    ----------
    logits : (…, classes), array or tensor; the answer is of the same kind, device and type of
        floats.
    counts : training utterances of each class, in class order (a mapping: by sorted name).
    tau : 0 (nothing changes) to 10; 1 takes out the whole prior.

    Raises
    ------
    BalanceError : for a class without utterances, whose adjustment would be infinite; for counts and tau
        that do not fit.
    """
    values = present(counts, "leave it out of the logits")[1]
    if not TAU.accepts(tau):
        raise BalanceError(f"tau {tau!r} is not allowed; give {TAU.allowed}.", "tau")
    if logits.shape[-1:] != values.shape:
        raise BalanceError(
            f"{len(values)} counts for logits of shape {tuple(logits.shape)}; give one a class.", "counts"
        )
    offset = tau * np.log(values / values.sum())
    if isinstance(logits, np.ndarray):
        return logits - offset.astype(logits.dtype if logits.dtype.kind == "f" else float)
    logits = logits if logits.is_floating_point() else logits.float()
    return logits - logits.new_tensor(offset)
