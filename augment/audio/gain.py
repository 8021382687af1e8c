"""Louder or softer, throughout or more and more."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from augment.parameters import Range, draw_span, intervals, span
from augment.transform import Audio, AudioInfo, AudioTransform, Preset, register

BLOCK = 512  # samples whose gains are one block's times a table


@register("gain")
@dataclass(frozen=True)
class Gain(AudioTransform):
    """Multiply by a constant, another distance from the microphone, or by a ramp, while it changes.

    Parameters
    ----------
    db : range to draw from, -60 to 40 dB. What goes beyond [-1, 1] is left to Chain, which clips it.
    ramp_db : range to draw from, -60 to 60 dB: by how much the last sample gains more than the first, evenly in
        dB over the clip; `db` is then the gain in the middle. A range of 0, the default, draws no ramp.

    Raises
    ------
    ParameterError : where a range leaves its bounds.
    """

    db: Range = span((-6.0, 6.0), -60, 40, "dB", neutral=0)
    ramp_db: Range = span(0.0, -60, 60, "dB", neutral=0)

    speaker_scope: ClassVar[bool] = True
    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset(
            {"db": (-3.0, 3.0)}, "no listening study known: a turn of the head from the microphone"
        ),
        "medium": Preset(
            {"db": (-6.0, 6.0), "ramp_db": (-3.0, 3.0)},
            "no listening study known: half or twice the distance to the microphone, and a step meanwhile",
        ),
        "strong": Preset(
            {"db": (-12.0, 12.0), "ramp_db": (-12.0, 12.0)},
            "loudness and its course are cues of anger (Eyben et al. 2016, IEEE TAC): audit it",
        ),
        "voice": Preset(
            {"db": (-10.0, 3.0)}, "another distance, which the statistics of the voice take out again"
        ),
    }

    def draw(self, rng: Generator, audio: AudioInfo) -> dict[str, Any]:
        drawn = {"db": draw_span(rng, self.db)}
        if self.ramp_db != 0 and any(bound for bounds in intervals(self.ramp_db) for bound in bounds):
            drawn["ramp_db"] = draw_span(rng, self.ramp_db)
        return drawn

    def apply(self, audio: Audio, *, db: float, ramp_db: float = 0.0) -> Audio:
        if ramp_db == 0:
            return Audio(audio.samples * np.float32(10 ** (db / 20)), audio.rate)
        return Audio(ramp(audio.samples, db - ramp_db / 2, db + ramp_db / 2), audio.rate)


def ramp(samples: np.ndarray, first_db: float, last_db: float) -> np.ndarray:
    """`samples` (samples,) float32 times a gain that goes from `first_db` to `last_db` evenly in dB."""
    from augment.audio.kernels.ramp import multiply_by_blocks

    count = len(samples)
    step = (last_db - first_db) / 20 / max(count - 1, 1)  # powers of ten a sample
    # A gain a block and one a sample of a block: their product is the gain of every sample.
    size = min(BLOCK, max(count, 1))
    starts = (10 ** (first_db / 20 + step * np.arange(0, count, size))).astype(np.float32)
    within = (10 ** (step * np.arange(size))).astype(np.float32)
    return multiply_by_blocks(samples, starts, within)
