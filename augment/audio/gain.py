"""Louder or softer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from augment.parameters import Range, draw_span, span
from augment.transform import Audio, AudioInfo, AudioTransform, register


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

    db: Range = span((-6.0, 6.0), -60, 40, "dB")

    speaker_scope: ClassVar[bool] = True

    def draw(self, rng: Generator, audio: AudioInfo) -> dict[str, Any]:
        return {"db": draw_span(rng, self.db)}

    def apply(self, audio: Audio, *, db: float) -> Audio:
        return replace(audio, samples=audio.samples * np.float32(10 ** (db / 20)))
