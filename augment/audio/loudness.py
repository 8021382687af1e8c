"""Bring a clip to a loudness."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from augment.parameters import Range, draw_span, span
from augment.transform import Audio, AudioInfo, AudioTransform, Preset, register

PEAK = 0.99  # no sample is brought above it
ABSOLUTE_GATE = -70.0  # LUFS below which a block is silence
RELATIVE_GATE = -10.0  # LU below the mean of what is no silence: a pause
SILENT_CLIP = "loudness: a clip below -70 LUFS is silence and has no loudness; left as it is"


@register("loudness")
@dataclass(frozen=True)
class Loudness(AudioTransform):
    """Bring the whole clip to a loudness in LUFS (ITU-R BS.1770-4) by one gain.

    Parameters
    ----------
    lufs : range to draw from, -60 to -5 LUFS.

    The gain stops where the highest sample reaches 0.99: a clip of few high peaks may stay softer than asked for,
    but never clips. Silence (below -70 LUFS) is left as it is, with one warning.

    Raises
    ------
    ParameterError : where a range leaves its bounds.
    """

    lufs: Range = span((-26.0, -20.0), -60, -5, "LUFS")

    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset(
            {"lufs": (-24.0, -22.0)},
            "no listening study known: EBU R 128's level, -23; but loudness between clips, a cue of anger "
            "(Eyben et al. 2016, IEEE TAC), is levelled out",
        ),
        "medium": Preset(
            {"lufs": (-26.0, -20.0)}, "no listening study known: as between one broadcaster and another"
        ),
        "strong": Preset(
            {"lufs": (-33.0, -17.0)}, "loudness is a cue of anger (Eyben et al. 2016, IEEE TAC): audit it"
        ),
    }

    def draw(self, rng: Generator, audio: AudioInfo) -> dict[str, Any]:
        return {"lufs": draw_span(rng, self.lufs)}

    def apply(self, audio: Audio, *, lufs: float) -> Audio:
        if len(audio.samples) == 0:
            return audio
        now = integrated_loudness(audio.samples, audio.rate)
        if now < ABSOLUTE_GATE:
            warnings.warn(SILENT_CLIP, stacklevel=2)
            return audio
        peak = float(np.abs(audio.samples).max())
        gain = min(10 ** ((lufs - now) / 20), PEAK / peak)
        return Audio(audio.samples * np.float32(gain), audio.rate)


def integrated_loudness(samples: np.ndarray, rate: int) -> float:
    """Gated loudness in LUFS of mono (samples,); -inf where no block is above -70 LUFS.

    Blocks of 400 ms, a new one each 100 ms, are averaged where they are above -70 LUFS and above the mean of those
    less 10 LU. A clip of less than 400 ms is one block as long as it is.

    Source: ITU-R BS.1770-4, annex 1. A full-scale sine of 997 Hz has -3.01 LUFS.
    """
    from augment.audio.kernels.k_weighting import k_weighting, weighted_energy

    ends = np.arange(1, max(4, int(10 * len(samples) / rate)) + 1) * rate // 10
    if ends[-1] > len(samples):
        power = weighted_energy(samples, k_weighting(rate), np.array([len(samples)])) / max(len(samples), 1)
    else:
        hops = weighted_energy(samples, k_weighting(rate), ends)
        power = (hops[:-3] + hops[1:-2] + hops[2:-1] + hops[3:]) / (0.4 * rate)
    power = power[power >= _power(ABSOLUTE_GATE)]
    if len(power) == 0:
        return -math.inf
    return _lufs(power[power >= _power(_lufs(power.mean()) + RELATIVE_GATE)].mean())


def _lufs(power: float) -> float:
    return -0.691 + 10 * math.log10(power)


def _power(lufs: float) -> float:
    return 10 ** ((lufs + 0.691) / 10)
