"""Louder or softer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from augment.parameters import Range, draw_span, span
from augment.transform import Audio, AudioInfo, AudioTransform, Preset, register


@register("gain")
@dataclass(frozen=True)
class Gain(AudioTransform):
    """Multiply by a constant: another distance from the microphone, another recording level.

    Parameters
    ----------
    db : range to draw from, -60 to 40 dB. What goes beyond [-1, 1] is left to Chain, which clips it.

    Raises
    ------
    ParameterError : where a range leaves its bounds.
    """

    db: Range = span((-6.0, 6.0), -60, 40, "dB", neutral=0)

    speaker_scope: ClassVar[bool] = True
    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset(
            {"db": (-3.0, 3.0)}, "no listening study known: a turn of the head from the microphone"
        ),
        "medium": Preset(
            {"db": (-6.0, 6.0)}, "no listening study known: half or twice the distance to the microphone"
        ),
        "strong": Preset(
            {"db": (-12.0, 12.0)}, "loudness is a cue of anger (Eyben et al. 2016, IEEE TAC): audit it"
        ),
        "voice": Preset(
            {"db": (-10.0, 3.0)}, "another distance, which the statistics of the voice take out again"
        ),
    }

    def draw(self, rng: Generator, audio: AudioInfo) -> dict[str, Any]:
        return {"db": draw_span(rng, self.db)}

    def apply(self, audio: Audio, *, db: float) -> Audio:
        return replace(audio, samples=audio.samples * np.float32(10 ** (db / 20)))
