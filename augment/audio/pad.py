"""Silence around a sound."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.random import Generator

from augment.audio.room_tone import room_tone
from augment.parameters import Range, draw_span, setting, span
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
    fill : "silence", or "room": noise like the clip's own softest tenth. Digital silence that only copies have
        tells a model which they are.

    Raises
    ------
    ParameterError : an unknown fill, or a range out of bounds.
    """

    before_ms: Range = span((0.0, 200.0), 0, 60_000, "ms", neutral=0)
    after_ms: Range = span((0.0, 200.0), 0, 60_000, "ms", neutral=0)
    to_seconds: Range | None = span(None, 0.025, 600, "s")
    fill: Literal["silence", "room"] = setting("silence", allowed=("silence", "room"))

    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset(
            {"before_ms": (0.0, 100.0), "after_ms": (0.0, 100.0), "fill": "room"},
            "no study known: as two people cut one clip",
        ),
        "medium": Preset(
            {"before_ms": (0.0, 200.0), "after_ms": (0.0, 200.0), "fill": "room"},
            "no study known: the pause before an answer",
        ),
        "strong": Preset(
            {"before_ms": (200.0, 1000.0), "after_ms": (200.0, 1000.0), "fill": "room"},
            "no study known: shares of silence and functionals over the clip change: audit it",
        ),
    }

    def draw(self, rng: Generator, audio: AudioInfo) -> dict[str, Any]:
        if self.to_seconds is not None:
            ends = {"to_seconds": draw_span(rng, self.to_seconds), "position": float(rng.uniform())}
        else:
            ends = {"before_ms": draw_span(rng, self.before_ms), "after_ms": draw_span(rng, self.after_ms)}
        return ends if self.fill == "silence" else {**ends, "seed": int(rng.integers(2**53))}

    def apply(self, audio: Audio, *, seed: int | None = None, **ends: float) -> Audio:
        before, after = _ends(len(audio.samples), audio.rate, **ends)
        padded = np.pad(audio.samples, (before, after))
        if seed is not None:
            tone = room_tone(audio.samples, audio.rate, before + after, seed)
            padded[:before], padded[len(padded) - after :] = tone[:before], tone[before:]
        return replace(audio, samples=padded)

    def info_after(self, audio: AudioInfo, params: dict[str, Any]) -> AudioInfo:
        count = round(audio.duration * audio.rate)
        ends = {name: value for name, value in params.items() if name != "seed"}
        return AudioInfo(audio.rate, (count + sum(_ends(count, audio.rate, **ends))) / audio.rate)


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
