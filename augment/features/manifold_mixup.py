"""Mix utterances where the network has made something of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from numpy.random import Generator

from augment.features.mixing import draw_partners, mixed_labels
from augment.features.transform import Batch, BatchInfo, FeatureTransform
from augment.parameters import draw_option, options, setting
from augment.transform import Preset, register

if TYPE_CHECKING:
    import torch

LAYERS = ("pooled", "fused")


@register("manifold_mixup")
@dataclass(frozen=True)
class ManifoldMixup(FeatureTransform):
    """Mixup of hidden vectors at a layer drawn for each batch; labels become soft when all steps are done.

    The batch only carries who is mixed with whom, `mix_with` (rows,), and by how much, `mix_pooled` and
    `mix_fused` (rows,), the share that a row keeps at that layer: the network does it (MER-HAN's does).
    Source: Verma et al. 2019, arXiv:1806.05236; in emotion recognition arXiv:2506.09556 (with probability 0.3).

    Parameters
    ----------
    alpha : 0.01 to 10, of Beta(alpha, alpha).
    layer : "pooled", each modality's vector before they meet, or "fused", after; or both, one drawn a batch.
    """

    alpha: float = setting(0.5, low=0.01, high=10, unit="(Beta distribution)")
    layer: str | Sequence[str] = options(LAYERS, allowed=LAYERS)

    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset({"alpha": 0.2, "p": 0.3}, "arXiv:2506.09556: with probability 0.3, second-hand"),
        "medium": Preset({"alpha": 0.5, "p": 0.5}, "between the two papers' settings; no study known"),
        "strong": Preset({"alpha": 2.0, "p": 1.0}, "arXiv:1806.05236: alpha 2 on images"),
    }

    def draw(self, rng: Generator, batch: BatchInfo) -> dict[str, Any]:
        return {**draw_partners(rng, batch, self.alpha), "layer": draw_option(rng, self.layer)}

    def apply(
        self, batch: Batch, *, partner: Sequence[int], share: Sequence[float], layer: str
    ) -> dict[str, torch.Tensor]:
        import torch

        rows = torch.arange(len(partner))
        found = {"mix_with": rows, **{f"mix_{name}": torch.ones(len(rows)) for name in LAYERS}}
        drawn = found | {"mix_with": torch.tensor(partner), f"mix_{layer}": torch.tensor(share)}
        # Rows of a class with steps of its own are mixed by those, the others by the common ones.
        moved = drawn["mix_with"] != rows
        before = {name: batch.get(name, value) for name, value in found.items()}
        return {**batch, **{name: torch.where(moved, drawn[name], before[name]) for name in found}}


def with_soft_labels(batch: Batch, classes: int) -> dict[str, torch.Tensor]:
    """The batch with the labels that the network's mixing will make of it, (rows, classes) where there is any.

    When all steps are done: whatever else mixed the inputs has mixed their labels by then.
    """
    if "mix_with" not in batch:
        return dict(batch)
    share = batch["mix_pooled"] * batch["mix_fused"]  # one of the two is 1
    return {**batch, "labels": mixed_labels(batch["labels"], batch["mix_with"], share, classes)}
