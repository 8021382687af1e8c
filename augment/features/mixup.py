"""Mix utterances, features and labels alike."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from numpy.random import Generator

from augment.features.mixing import draw_partners, mixed, mixed_labels
from augment.features.transform import Batch, BatchInfo, FeatureTransform
from augment.parameters import ParameterError, setting
from augment.transform import Preset, register

if TYPE_CHECKING:
    import torch

# MER-HAN's inputs, then those that Hugging Face's audio models take, waveforms or spectrograms.
MIXED = ("frames", "functionals", "text_states", "text_mean", "input_values", "input_features")
MASKS = ("frames_mask", "text_mask", "attention_mask")


@register("mixup")
@dataclass(frozen=True)
class Mixup(FeatureTransform):
    """Every row becomes a mixture of itself and another of the batch: frames, functionals, text states, label.
    Of other models, waveforms or spectrograms.

    x = s x_i + (1 - s) x_j, y = s y_i + (1 - s) y_j, s from Beta(alpha, alpha), drawn for each row. Shorter
    rows are mixed as far as they go. Labels become soft. Source: Zhang et al. 2018, arXiv:1710.09412.

    Parameters
    ----------
    alpha : 0.01 to 10; below 1 most mixtures are nearly one of the two, at 1 every share is as likely.

    Raises
    ------
    ParameterError : out of bounds; on a batch of token ids, which can't be mixed.
    """

    alpha: float = setting(0.2, low=0.01, high=10, unit="(Beta distribution)")

    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset({"alpha": 0.1}, "arXiv:1710.09412: 0.1 to 0.4 for images"),
        "medium": Preset({"alpha": 0.4}, "arXiv:1710.09412; arXiv:2302.08650: UA +1.5 to +5.9 on IEMOCAP"),
        "strong": Preset({"alpha": 1.0}, "arXiv:1710.09412: under-fits where labels are hard to tell apart"),
    }

    def draw(self, rng: Generator, batch: BatchInfo) -> dict[str, Any]:
        drawn = draw_partners(rng, batch, self.alpha)
        return {**drawn, "label_share": drawn["share"], "classes": len(batch.counts)}

    def apply(
        self,
        batch: Batch,
        *,
        partner: Sequence[int],
        share: Sequence[float],
        label_share: Sequence[float],
        classes: int,
    ) -> dict[str, torch.Tensor]:
        import torch

        if "input_ids" in batch:
            raise ParameterError(
                self.name,
                "token ids can't be mixed: freeze the text encoder (model.freeze_text_encoder), or use "
                "manifold_mixup",
            )
        other, kept = torch.tensor(partner), torch.tensor(share)
        out = dict(batch)
        if (
            "text_states" in out and "text_mean" not in out
        ):  # a mixture's mean is not the mixture of the means
            out["text_mean"] = _masked_mean(batch["text_states"], batch["text_mask"])
        for name in MIXED:
            if name in out:
                out[name] = mixed(out[name], other, kept)
        for name in MASKS:
            if name in out:
                moved = (kept < 1).view(-1, 1) & batch[name][other].bool()
                out[name] = (batch[name].bool() | moved).to(batch[name].dtype)
        out["labels"] = mixed_labels(batch["labels"], partner, label_share, classes)
        return out


def _masked_mean(states: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Mean over the real steps of (rows, steps, channels); zero where there are none."""
    weight = mask.unsqueeze(-1).to(states.dtype)
    return (states * weight).sum(dim=1) / weight.sum(dim=1).clamp_min(1)
