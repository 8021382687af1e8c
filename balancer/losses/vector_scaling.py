"""Vector scaling loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balancer.losses import Option, loss
from balancer.losses.cross_entropy import cross_entropy
from balancer.losses.logit_adjustment import TAU

if TYPE_CHECKING:
    from torch import Tensor


@loss(
    "vector_scaling",
    needs_counts=True,
    gamma=Option(0.15, 0.0, 4.0, "exponent of the count over the largest"),
    tau=TAU,
)
def vector_scaling(logits: Tensor, targets: Tensor, counts: Tensor, gamma: float, tau: float) -> Tensor:
    """ℓ = cross-entropy of Δ · z + τ · log π against t, Δ_c = (n_c / n_max)^γ, π = n / N; shape (batch,).

    The additive part leads the first epochs, the multiplicative one the last, where the training set is fitted
    and an additive part alone has no effect any more.  γ 0 is logit adjustment, with τ 0 too cross-entropy;
    so are even counts.  Soft and smoothed targets are compared with the changed logits.  Class weights, the
    ω of the paper, are `weight=` of `make_loss`.  Source: Kini et al. 2021, arXiv:2103.01550, equation 1.

    logits, targets : (batch, classes).  counts : (classes,), above 0.
    """
    factor = (counts / counts.max()) ** gamma
    return cross_entropy(factor * logits + tau * (counts / counts.sum()).log(), targets)
