"""Label-distribution-aware margin loss."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balancer.losses import Option, loss

if TYPE_CHECKING:
    from torch import Tensor


@loss(
    "ldam",
    needs_counts=True,
    max_margin=Option(0.5, 0.0, 100.0, "logits, of the smallest class"),
    scale=Option(1.0, 0.01, 100.0, "times the logits; 30 where they are cosines"),
)
def ldam(logits: Tensor, targets: Tensor, counts: Tensor, max_margin: float, scale: float) -> Tensor:
    """ℓ = Σ_c t_c · -log softmax(s · (z - Δ_c e_c))_c of each row, Δ_c = max_margin · (n_min / n_c)^¼; (batch,).

    A row has to win by the margin of its class, the smallest class by the largest.  Shares of a soft target
    are shares of rows, each with the margin of its own class, so that the loss is the expected one; the
    share that label smoothing spreads is treated the same.  max_margin 0 with scale 1 is cross-entropy.

    The paper's s = 30 is for its own last layer, whose logits are cosines, from -1 to 1.  A plain linear layer
    scales by itself: there 30 takes the probabilities that the model gives towards uniform ones, so 1 is the
    default.  In the paper class weights are held back as well: `drw_epoch` of `make_loss`.
    Source: Cao et al. 2019, arXiv:1906.07413, equation 13.

    logits, targets : (batch, classes); memory grows with batch · classes².  counts : (classes,), above 0.
    """
    margins = max_margin * (counts.min() / counts) ** 0.25
    # One row of logits for each class that the row may have: (batch, classes, classes).
    lowered = scale * (logits.unsqueeze(1) - margins.diag())
    log_p = lowered.log_softmax(dim=2).diagonal(dim1=1, dim2=2)
    return -(log_p.masked_fill(targets == 0, 0.0) * targets).sum(dim=1)
