"""What MER-HAN is trained on: the joint loss and the modalities' auxiliary losses."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import nn


class HeadLosses(nn.Module):
    """Σ over heads of coefficient · Σ w·ℓ / Σ w: joint with 1, audio and text with their auxiliary coefficients.

    Rows without a modality add nothing to that modality's head. All heads share the denominator, Σ w over
    the rows of the whole accumulation window, so that accumulated and distributed batches give the gradient
    of one big batch (docs of transformers' `num_items_in_batch`; for weighted losses the count is Σ w).
    """

    def __init__(self, loss: nn.Module, auxiliary: Mapping[str, float]):
        super().__init__()
        self.loss = loss  # returns (Σ w·ℓ, Σ w)
        self.auxiliary = dict(auxiliary)

    def total_weight(self, labels: torch.Tensor, classes: int) -> torch.Tensor:
        """Σ w of these rows; it does not depend on the logits."""
        return self.loss(torch.zeros(len(labels), classes, device=labels.device), labels)[1]

    def forward(
        self,
        outputs: Mapping[str, torch.Tensor],
        labels: torch.Tensor,
        present: Mapping[str, torch.Tensor],
        total: torch.Tensor | None = None,
    ) -> torch.Tensor:
        """Scalar loss.

        Parameters
        ----------
        outputs : logits, audio_logits, text_logits, each (batch, classes).
        labels : (batch,) or soft (batch, classes).
        present : "audio" and "text", each bool (batch,).
        total : Σ w of the accumulation window; that of these rows where absent.
        """
        joint, weight = self.loss(outputs["logits"], labels)
        value = joint
        for modality, coefficient in self.auxiliary.items():
            rows = present[modality]
            if coefficient and bool(rows.any()):
                value = value + coefficient * self.loss(outputs[f"{modality}_logits"][rows], labels[rows])[0]
        return value / (weight if total is None else total).clamp_min(1e-12)
