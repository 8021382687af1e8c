"""Mask stretches of time and of frequency."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from numpy.random import Generator

from augment.features.transform import Batch, BatchInfo, FeatureTransform
from augment.parameters import setting
from augment.transform import Preset, register

if TYPE_CHECKING:
    import torch

_PAPER = "arXiv:1904.08779"


@register("spec_augment")
@dataclass(frozen=True)
class SpecAugment(FeatureTransform):
    """Hide stretches of time (all columns of the frames) and bands of the spectrogram, in every row its own.

    What is hidden becomes 0, the mean of normalised features. Functionals, which summarise the whole utterance,
    and MFCC keep what the bands lose. Masks are torchaudio's. Source: Park et al. 2019, arXiv:1904.08779.

    Parameters
    ----------
    time_masks, band_masks : how many of each, 0 to 20.
    time_share : 0 to 1 of a row's frames that one mask covers at most.
    bands : of the spectrogram that one mask covers at most, 0 to 128.
    """

    time_masks: int = setting(2, low=0, high=20, unit="masks")
    time_share: float = setting(0.1, low=0, high=1, unit="of the frames")
    band_masks: int = setting(2, low=0, high=20, unit="masks")
    bands: int = setting(12, low=0, high=128, unit="bands")

    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset(
            {"time_masks": 1, "time_share": 0.1, "band_masks": 1, "bands": 8}, f"half of {_PAPER}'s LB"
        ),
        "medium": Preset(
            {"time_masks": 2, "time_share": 0.1, "band_masks": 2, "bands": 12}, f"{_PAPER}, LD, tamed"
        ),
        "strong": Preset({"time_masks": 2, "time_share": 0.2, "band_masks": 2, "bands": 22}, f"{_PAPER}, LD"),
    }

    def draw(self, rng: Generator, batch: BatchInfo) -> dict[str, Any]:
        rows = [row for row in batch.rows if batch.has_audio[row]]
        return {"rows": rows, "seed": int(rng.integers(2**53)), "columns": list(batch.bands)}

    def apply(
        self, batch: Batch, *, rows: Sequence[int], seed: int, columns: Sequence[int]
    ) -> dict[str, torch.Tensor]:
        import torch
        from torchaudio.functional import mask_along_axis

        frames = batch["frames"].cpu().clone()
        lengths = batch["frames_mask"].sum(dim=1).tolist()
        first, last = columns
        # torchaudio draws from torch's global generator: seeded here, and given back as it was.
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(seed)  # torch.manual_seed would seed the GPU's too
            for row in rows:
                heard = frames[row, : lengths[row]].T[None]  # (1, columns, steps), a view
                for _ in range(self.time_masks):
                    most = int(self.time_share * lengths[row])
                    heard = mask_along_axis(heard, most, 0.0, axis=2) if most else heard
                bands = heard[:, first:last]
                for _ in range(self.band_masks):
                    bands = (
                        mask_along_axis(bands, min(self.bands, last - first), 0.0, axis=1)
                        if last > first
                        else bands
                    )
                frames[row, : lengths[row]] = heard[0].T
                frames[row, : lengths[row], first:last] = bands[0].T
        return {**batch, "frames": frames.to(batch["frames"].device)}
