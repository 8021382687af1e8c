"""Cross-entropy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from balancer.losses import loss

if TYPE_CHECKING:
    from torch import Tensor


@loss("cross_entropy")
def cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """ℓ = -Σ_c t_c · log softmax(z)_c of each row, shape (batch,).

    logits : (batch, classes); minus infinity switches a class off.
    targets : (batch, classes), shares that sum to 1.
    """
    # A class without a share costs nothing, even where its logit is minus infinity (0 · ∞ would be NaN).
    return -(logits.log_softmax(dim=1).masked_fill(targets == 0, 0.0) * targets).sum(dim=1)
