"""Without the silence at its ends."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from augment.parameters import Range, draw_span, setting, span
from augment.transform import Audio, AudioInfo, AudioTransform, Preset, register

FRAME = 0.010  # s in which loudness is measured


@register("trim")
@dataclass(frozen=True)
class Trim(AudioTransform):
    """Cut what is silent before and after the voice; pauses within it stay.

    Parameters
    ----------
    below_db : range to draw from, 10 to 100 dB below the loudest 10 ms of the clip: what is softer at either
        end is silence. A clip that is silent throughout stays whole.
    keep_ms : ms of it that are left at either end.

    Raises
    ------
    ParameterError : where a range leaves its bounds.
    """

    below_db: Range = span((35.0, 50.0), 10, 100, "dB below the loudest", neutral=math.inf)
    keep_ms: float = setting(50.0, low=25, high=10_000, unit="ms")

    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset(
            {"below_db": (50.0, 60.0), "keep_ms": 100.0}, "no study known: what hardly anybody hears"
        ),
        "medium": Preset(
            {"below_db": (35.0, 50.0), "keep_ms": 50.0}, "no study known: about the noise floor of a room"
        ),
        "strong": Preset(
            {"below_db": (20.0, 35.0), "keep_ms": 25.0}, "no study known: soft first and last sounds may go"
        ),
    }

    def draw(self, rng: Generator, audio: AudioInfo) -> dict[str, Any]:
        return {"below_db": draw_span(rng, self.below_db)}

    def apply(self, audio: Audio, *, below_db: float) -> Audio:
        first, last = voiced_span(audio.samples, audio.rate, below_db)
        keep = round(self.keep_ms / 1000 * audio.rate)
        return replace(audio, samples=audio.samples[max(0, first - keep) : last + keep].copy())

    def info_after(self, audio: AudioInfo, params: dict[str, Any]) -> AudioInfo:
        """The most that may be left: how much is silent, only the sound itself can tell."""
        return audio


def voiced_span(samples: np.ndarray, rate: int, below_db: float) -> tuple[int, int]:
    """First sample and the one after the last of what is within `below_db` of the loudest 10 ms."""
    size = max(1, round(FRAME * rate))
    count = len(samples)
    frames = np.zeros((-(-count // size), size))
    frames.reshape(-1)[:count] = samples
    power = np.square(frames).mean(axis=1)
    heard = np.flatnonzero(power >= power.max(initial=0.0) * 10 ** (-below_db / 10))
    if not power.any() or not len(heard):  # silence; NaN, which Gates refuse
        return 0, count
    return int(heard[0]) * size, min(count, (int(heard[-1]) + 1) * size)
