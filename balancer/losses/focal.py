"""Focal loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balancer.losses import Option, loss

if TYPE_CHECKING:
    from torch import Tensor

GAMMA = Option(2.0, 0.0, 10.0, "exponent; 0 is cross-entropy")


@loss("focal", gamma=GAMMA)
def focal(logits: Tensor, targets: Tensor, gamma: float) -> Tensor:
    """ℓ = -Σ_c t_c · (1 - p_c)^γ · log p_c of each row, p = softmax(z); shape (batch,).

    What is predicted well already counts little.  γ 0 is cross-entropy; three classes at uniform logits with
    γ 2 give ln 3 · (2/3)².  The α of the paper is one weight a class, `weight=` of `make_loss`; a single
    number for all classes weighs none against another.  Shares of a soft or smoothed target are shares of
    rows, each with a factor of its own.  Source: Lin et al. 2017, arXiv:1708.02002, equation 4.

    logits : (batch, classes); minus infinity switches a class off.
    targets : (batch, classes), shares that sum to 1.
    """
    import torch

    log_p = logits.log_softmax(dim=1)
    # expm1 keeps 1 - p where p is close to 1; above 0, because x^γ with γ < 1 has an infinite slope there.
    factor = (-torch.expm1(log_p)).clamp_min(torch.finfo(log_p.dtype).tiny) ** gamma
    return -(factor * log_p.masked_fill(targets == 0, 0.0) * targets).sum(dim=1)
