"""Mixup that gives the label to the smaller class."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from numpy.random import Generator

from augment.features.mixup import Mixup
from augment.features.transform import BatchInfo
from augment.parameters import setting
from augment.transform import Preset, register


@register("remix")
@dataclass(frozen=True)
class Remix(Mixup):
    """Mixup whose label goes wholly to the minority class where it has a share worth speaking of.

    With class counts n_i, n_j and share s of row i: the label is y_j where n_i / n_j >= kappa and s < tau, y_i
    where n_i / n_j <= 1 / kappa and 1 - s < tau, else mixed as the features are.
    Source: Chou et al. 2020, "Remix: Rebalanced Mixup", arXiv:2007.03943.

    Parameters
    ----------
    alpha : as mixup's.
    kappa : 1 to 1000 times as many utterances, from which a class counts as the majority of the two.
    tau : 0 to 1, the majority's share below which it gets none of the label.
    """

    alpha: float = setting(1.0, low=0.01, high=10, unit="(Beta distribution)")
    kappa: float = setting(3.0, low=1, high=1000, unit="times as many")
    tau: float = setting(0.5, low=0, high=1, unit="of the mixture")

    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset({"alpha": 0.2}, "arXiv:2007.03943's kappa and tau; the share of plain mixup"),
        "medium": Preset({"alpha": 0.5}, "arXiv:2007.03943's kappa and tau; between the two"),
        "strong": Preset({"alpha": 1.0}, "arXiv:2007.03943: alpha 1, kappa 3, tau 0.5"),
    }

    def draw(self, rng: Generator, batch: BatchInfo) -> dict[str, Any]:
        drawn = super().draw(rng, batch)
        count = [batch.counts[label] if label >= 0 else 0 for label in batch.labels]
        shares = [
            self._label_share(kept, count[row], count[other])
            for row, (other, kept) in enumerate(zip(drawn["partner"], drawn["share"], strict=True))
        ]
        return {**drawn, "label_share": shares}

    def _label_share(self, kept: float, own: float, other: float) -> float:
        if own >= self.kappa * other and kept < self.tau:
            return 0.0
        if other >= self.kappa * own and 1 - kept < self.tau:
            return 1.0
        return kept
