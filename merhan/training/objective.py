"""What MER-HAN is trained on: the joint loss and the modalities' auxiliary losses."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import nn

from balancer.plugin.window import window_mean

HEADS = {"joint": "logits", "audio": "audio_logits", "text": "text_logits"}  # and which output is theirs
CONTRASTIVE = "contrastive"  # not a head, but counted as one: it looks at the embedding


class HeadLosses(nn.Module):
    """Σ over heads of coefficient · Σ w·ℓ / Σ w: joint with 1, audio and text with their auxiliary coefficients.

    Rows without a modality add nothing to that modality's head. Each head's denominator is its own loss's Σ w
    over the rows of the whole accumulation window, so that accumulated and distributed batches give the
    gradient of one big batch (docs of transformers' `num_items_in_batch`; for weighted losses the count is
    Σ w). All rows count in it, whatever they lack, so that a head that hears little is trained as little.

    loss : of every head; returns (Σ w·ℓ, Σ w).
    auxiliary : "audio" and "text", times the head's loss; "contrastive", times that.
    own : the loss of single heads, over `loss`; joint, audio or text.
    contrastive : `balancer.losses.contrastive.PrototypeContrastive`, for the fused vectors. Its mean is over
        the window too, but rows meet those of their own batch alone.
    """

    def __init__(
        self,
        loss: nn.Module,
        auxiliary: Mapping[str, float],
        own: Mapping[str, nn.Module] | None = None,
        contrastive: nn.Module | None = None,
    ):
        super().__init__()
        self.losses = nn.ModuleDict({head: (own or {}).get(head, loss) for head in HEADS})
        self.coefficients = {"joint": 1.0, **auxiliary}
        self.contrastive = contrastive

    def set_epoch(self, epoch: int) -> None:
        """Epoch from 0, for losses whose class weights come in later."""
        for loss in self.losses.values():
            loss.set_epoch(epoch)

    def total_weight(self, labels: torch.Tensor, classes: int) -> torch.Tensor:
        """Σ w of these rows by each head's loss, (heads,), and one more for a contrastive loss."""
        totals = [loss.total_weight(labels, classes) for loss in self.losses.values()]
        if self.contrastive is not None:
            totals.append(self.contrastive.total_weight(labels))
        return torch.stack(totals)

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
        outputs : logits, audio_logits, text_logits, each (batch, classes); embedding (batch, dimension).
        labels : (batch,) or soft (batch, classes).
        present : "audio" and "text", each bool (batch,).
        total : (heads,), as `total_weight` says, or one for all: Σ w of the accumulation window; that of these rows where absent.
        """
        if total is None:
            total = self.total_weight(labels, outputs["logits"].shape[1])
        heads = {head: (loss, outputs[HEADS[head]]) for head, loss in self.losses.items()}
        if self.contrastive is not None:
            heads[CONTRASTIVE] = (self.contrastive, outputs["embedding"])
        value = torch.zeros((), device=labels.device)
        for weight, (head, (loss, output)) in zip(total.expand(len(heads)), heads.items(), strict=True):
            coefficient = self.coefficients.get(head, 0.0)
            rows = present.get(head, slice(None))
            # Of no rows it is 0, and so is its gradient: DistributedDataParallel may want one.
            if coefficient:
                value = value + coefficient * window_mean(loss(output[rows], labels[rows])[0], weight)
        return value
