"""Somebody else speaks in the background."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from augment.audio.levels import is_silent, mean_square
from augment.pairs.background import levelled, looped
from augment.pairs.pool import Partners
from augment.parameters import Range, draw_span, span
from augment.transform import Audio, AudioInfo, AudioTransform, Preset, register

SILENT_CLIP = "overlay: a silent clip has no signal-to-noise ratio; left as it is"


@register("overlay")
@dataclass(frozen=True)
class Overlay(AudioTransform):
    """Lay the speech of another training utterance quietly under the whole clip: another table in the room.

    The other is by another speaker, where there is one; it starts anywhere in it and is repeated, or cut, to
    the length of the clip. Where it pauses for a whole short clip, it is quieter than drawn.

    Parameters
    ----------
    snr_db : range to draw from, 0 to 60 dB: power of the clip over power of the speech behind it.

    A silent clip is left unchanged with one warning, and so is one that has no other utterance beside it.

    Raises
    ------
    ParameterError : where a range leaves its bounds, or there is no pool.
    """

    snr_db: Range = span((15.0, 30.0), 0, 60, "dB", neutral=inf)

    needs_pool: ClassVar[bool] = True
    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset(
            {"snr_db": (25.0, 35.0)},
            "no listening study known: hardly to be heard; noise is not label-neutral (arXiv:2104.08806)",
        ),
        "medium": Preset(
            {"snr_db": (18.0, 28.0)},
            "no listening study known: the next table; noise is not label-neutral (arXiv:2104.08806)",
        ),
        "strong": Preset(
            {"snr_db": (10.0, 20.0)},
            "arXiv:2104.08806: added noise changes the emotion that is perceived; audit it",
        ),
    }

    def draw(self, rng: Generator, audio: AudioInfo, pool: Partners) -> dict[str, Any]:
        snr_db, start = draw_span(rng, self.snr_db), float(rng.uniform())
        return {"snr_db": snr_db, "start": start, "partners": pool.others(rng, 1)}

    def apply(
        self, audio: Audio, *, snr_db: float, start: float, partners: Sequence[str], pool: Partners
    ) -> Audio:
        if not partners:
            return audio
        if is_silent(audio.samples):
            if len(audio.samples):
                warnings.warn(SILENT_CLIP, stacklevel=2)
            return audio
        other = pool.sound(partners[0], audio.rate)
        behind = levelled(looped(other, start, len(audio.samples), audio.rate), other)
        gain = np.sqrt(mean_square(audio.samples) / 10 ** (snr_db / 10))
        return replace(audio, samples=audio.samples + behind * np.float32(gain))
