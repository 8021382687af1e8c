"""Silence around a sound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from augment.parameters import Range, draw_span, span
from augment.transform import Audio, AudioInfo, AudioTransform, Preset, register


@register("pad")
@dataclass(frozen=True)
class Pad(AudioTransform):
    """Add silence before and after a sound; a clip of no samples stays one.

    Parameters
    ----------
    before_ms, after_ms : ranges to draw from, 0 to 60,000 ms.
    to_seconds : range to draw from, 0.025 to 600 s: the length to fill up to instead, the sound at a random
        place in it. A longer clip stays as it is.

    Raises
    ------
    ParameterError : where a range leaves its bounds.
    """

    before_ms: Range = span((0.0, 200.0), 0, 60_000, "ms", neutral=0)
    after_ms: Range = span((0.0, 200.0), 0, 60_000, "ms", neutral=0)
    to_seconds: Range | None = span(None, 0.025, 600, "s")

    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset(
            {"before_ms": (0.0, 100.0), "after_ms": (0.0, 100.0)},
            "no study known: as two people cut one clip",
        ),
        "medium": Preset(
            {"before_ms": (0.0, 200.0), "after_ms": (0.0, 200.0)},
            "no study known: the pause before an answer",
        ),
        "strong": Preset(
            {"before_ms": (200.0, 1000.0), "after_ms": (200.0, 1000.0)},
            "no study known: shares of silence and functionals over the clip change: audit it",
        ),
    }

    def draw(self, rng: Generator, audio: AudioInfo) -> dict[str, Any]:
        if self.to_seconds is not None:
            return {"to_seconds": draw_span(rng, self.to_seconds), "position": float(rng.uniform())}
        return {"before_ms": draw_span(rng, self.before_ms), "after_ms": draw_span(rng, self.after_ms)}

    def apply(self, audio: Audio, **params: float) -> Audio:
        return replace(audio, samples=np.pad(audio.samples, _ends(len(audio.samples), audio.rate, **params)))

    def info_after(self, audio: AudioInfo, params: dict[str, Any]) -> AudioInfo:
        count = round(audio.duration * audio.rate)
        return AudioInfo(audio.rate, (count + sum(_ends(count, audio.rate, **params))) / audio.rate)


def _ends(
    count: int,
    rate: int,
    *,
    before_ms: float = 0.0,
    after_ms: float = 0.0,
    to_seconds: float | None = None,
    position: float = 0.0,
) -> tuple[int, int]:
    """Samples of silence before and after `count` samples."""
    if count == 0:
        return 0, 0
    if to_seconds is None:
        return round(before_ms / 1000 * rate), round(after_ms / 1000 * rate)
    missing = max(0, round(to_seconds * rate) - count)
    before = round(position * missing)
    return before, missing - before
