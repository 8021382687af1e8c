"""Balanced softmax."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balancer.losses import loss
from balancer.losses.cross_entropy import cross_entropy

if TYPE_CHECKING:
    from torch import Tensor


@loss("balanced_softmax", needs_counts=True)
def balanced_softmax(logits: Tensor, targets: Tensor, counts: Tensor) -> Tensor:
    """ℓ = cross-entropy of z + log n against t: log(Σ_k n_k e^{z_k}) - Σ_c t_c (z_c + log n_c); shape (batch,).

    Trains the softmax of an evenly distributed world on unevenly distributed rows.  Even counts are
    cross-entropy; it is `logit_adjustment` with τ 1, whose shares differ from counts by a constant.
    Source: Ren et al. 2020, arXiv:2007.10740, equation 4.

    logits, targets : (batch, classes).  counts : (classes,), above 0.
    """
    return cross_entropy(logits + counts.log(), targets)
