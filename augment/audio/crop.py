"""A part of a sound."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from numpy.random import Generator

from augment.audio.lengths import SHORTEST
from augment.parameters import Range, draw_span, setting, span
from augment.transform import Audio, AudioInfo, AudioTransform, Preset, register


@register("crop")
@dataclass(frozen=True)
class Crop(AudioTransform):
    """Keep one stretch of a sound, at a random place.

    The transcript is not cut with it: words at the ends may be heard no more. That is why little is cut unless
    you ask.

    Parameters
    ----------
    share : range to draw from, 0.05 to 1 of the clip that is kept.
    min_seconds : s that are kept in any case, from 0.025; a shorter clip stays whole.

    Raises
    ------
    ParameterError : where a range leaves its bounds.
    """

    share: Range = span((0.8, 1.0), 0.05, 1, "of the clip", neutral=1)
    min_seconds: float = setting(0.5, low=SHORTEST, high=60, unit="s")

    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset({"share": (0.9, 1.0)}, "no study known: about the pauses around an utterance"),
        "medium": Preset({"share": (0.8, 1.0)}, "no study known: a word in five may go at the ends"),
        "strong": Preset(
            {"share": (0.5, 1.0)}, "no study known: half an utterance need not bear its emotion: audit it"
        ),
    }

    def draw(self, rng: Generator, audio: AudioInfo) -> dict[str, Any]:
        # As shares: a step before may have changed the duration in a way that no draw can know.
        return {"share": draw_span(rng, self.share), "position": float(rng.uniform())}

    def apply(self, audio: Audio, *, share: float, position: float) -> Audio:
        count = len(audio.samples)
        kept = self._kept(count, audio.rate, share)
        start = round(position * (count - kept))
        return replace(audio, samples=audio.samples[start : start + kept].copy())

    def info_after(self, audio: AudioInfo, params: dict[str, Any]) -> AudioInfo:
        kept = self._kept(round(audio.duration * audio.rate), audio.rate, params["share"])
        return AudioInfo(audio.rate, kept / audio.rate)

    def _kept(self, count: int, rate: int, share: float) -> int:
        """Samples out of `count`."""
        return min(count, max(1, round(count * share), math.ceil(self.min_seconds * rate)))
