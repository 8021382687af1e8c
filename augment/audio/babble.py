"""Many people speaking at once, behind the one who is meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.random import Generator

from augment.audio.levels import mean_square
from augment.parameters import Range, draw_span

if TYPE_CHECKING:
    from augment.pairs.pool import Partners
    from augment.transform import Audio


def draw_babble(rng: Generator, talkers: Range, pool: Partners) -> dict[str, Any]:
    """`partners`, the ids of those who speak, and `starts`, where in each it begins, a share of its length."""
    partners = pool.others(rng, draw_span(rng, talkers, integer=True))
    return {"partners": partners, "starts": [float(rng.uniform()) for _ in partners]}


def with_babble(
    audio: Audio, partners: Sequence[str], starts: Sequence[float], snr_db: float, pool: Partners
) -> np.ndarray:
    """The samples with babble at `snr_db` over the whole clip; as they are where nobody is heard.

    The talkers are as loud as one another, and each is repeated, or cut, to the length of the clip.
    """
    from augment.pairs.background import levelled, looped

    count = len(audio.samples)
    mixed = np.zeros(count, np.float32)
    for name, start in zip(partners, starts, strict=True):
        voice = pool.sound(name, audio.rate)
        mixed += levelled(looped(voice, start, count, audio.rate), voice)
    loud = mean_square(mixed)
    if not loud:
        return audio.samples
    gain = np.sqrt(mean_square(audio.samples) / loud / 10 ** (snr_db / 10))
    return audio.samples + mixed * np.float32(gain)
