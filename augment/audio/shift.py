"""Earlier or later."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.random import Generator

from augment.audio.room_tone import room_tone
from augment.parameters import Range, draw_span, setting, span
from augment.transform import Audio, AudioInfo, AudioTransform, Preset, register

Mode = Literal["wrap", "silence", "room"]
KEPT = 0.5  # of the clip that a shift into silence leaves, however far it was to go


@register("shift")
@dataclass(frozen=True)
class Shift(AudioTransform):
    """Move a sound in time within its clip; duration stays.

    Parameters
    ----------
    share : range to draw from, -1 to 1 of the clip; later where positive.
    ms : range to draw from, -60,000 to 60,000 ms, instead of `share`.
    mode : "wrap": what leaves at one end comes in at the other, so that every sample and the energy are
        kept; the clip's end then stands before its beginning. "silence": it is lost and silence comes in;
        at least half of the clip is kept. "room": the same with noise like the clip's own softest tenth,
        since digital silence that only copies have tells a model which they are.

    Raises
    ------
    ParameterError : an unknown mode, or a range out of bounds.
    """

    share: Range = span((-0.1, 0.1), -1, 1, "of the clip", neutral=0)
    ms: Range | None = span(None, -60_000, 60_000, "ms", neutral=0)
    mode: Mode = setting("wrap", allowed=("wrap", "silence", "room"))

    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset({"share": (-0.05, 0.05)}, "no study known: mostly pauses at the ends change places"),
        "medium": Preset(
            {"share": (-0.1, 0.1)}, "no study known: audiomentations' Shift goes to half a clip"
        ),
        "strong": Preset(
            {"share": (-0.5, 0.5)}, "audiomentations' default for Shift: any order of two halves"
        ),
    }

    def draw(self, rng: Generator, audio: AudioInfo) -> dict[str, Any]:
        by = {"share": draw_span(rng, self.share)} if self.ms is None else {"ms": draw_span(rng, self.ms)}
        return {**by, "seed": int(rng.integers(2**53))} if self.mode == "room" else by

    def apply(
        self, audio: Audio, *, share: float = 0.0, ms: float | None = None, seed: int | None = None
    ) -> Audio:
        samples, rate = audio.samples, audio.rate
        count = len(samples)
        by = round(share * count) if ms is None else round(ms / 1000 * rate)
        if self.mode == "wrap":
            return replace(audio, samples=np.roll(samples, by))
        most = count - round(KEPT * count)
        by = max(-most, min(by, most))
        stays = samples[max(-by, 0) : count - max(by, 0)]
        fill = np.zeros(abs(by), np.float32) if seed is None else room_tone(samples, rate, abs(by), seed)
        return replace(audio, samples=np.concatenate([fill, stays] if by > 0 else [stays, fill]))
