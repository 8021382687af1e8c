"""Class-balanced focal loss."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from balancer.losses import Option, loss
from balancer.losses.focal import GAMMA, focal
from balancer.weights import class_weights

if TYPE_CHECKING:
    from torch import Tensor

BETA = Option(0.999, 0.0, 1.0, "0 is even, towards 1 inverse counts", below=True)


def weights_of(counts: np.ndarray, beta: float, **_: Any) -> np.ndarray:
    """(1 - β) / (1 - β^n), scaled to a mean of 1 over the classes."""
    return class_weights(counts, method="effective_number", beta=beta)


@loss("class_balanced", weigh=weights_of, beta=BETA, gamma=GAMMA)
def class_balanced(logits: Tensor, targets: Tensor, gamma: float, **_: Any) -> Tensor:
    """w_c · focal loss, with w_c ∝ (1 - β) / (1 - β^{n_c}), mean 1: the focal loss alone, shape (batch,).

    The weights are `Loss`'s, like those of `weight=` (which multiply them): Σ w knows them, `drw_epoch` holds
    them back, and a soft row has those of its shares.  β 0 is focal loss, with γ 0 too cross-entropy.  Leave
    other class weights out, which would correct the same imbalance again.
    Source: Cui et al. 2019, arXiv:1901.05555, equations 2 and 10.

    logits, targets : (batch, classes).
    """
    return focal(logits, targets, gamma)
