"""What pitch shift and time stretch share: their engines, and how long a sound is after its tempo changed."""

from __future__ import annotations

import math
from typing import Literal, get_args

from augment.transform import AudioInfo

Engine = Literal["wsola", "signalsmith"]
ENGINES = get_args(Engine)

SHORTEST = 0.025  # s: one analysis frame, the receptive field of the usual speech encoders


def frames_after(frames: int, rate: int, tempo: float) -> int:
    """round(frames / tempo), at least one, and never below 25 ms where the source was above."""
    if frames == 0:
        return 0
    shortest = math.ceil(SHORTEST * rate)
    return max(round(frames / tempo), shortest if frames >= shortest else 1)


def info_after(audio: AudioInfo, tempo: float) -> AudioInfo:
    """The same rule on what `draw` sees."""
    frames = round(audio.duration * audio.rate)
    return AudioInfo(audio.rate, frames_after(frames, audio.rate, tempo) / audio.rate)


def fast_length(count: int) -> int:
    """The smallest product of twos, threes and fives from `count` on: the length of a quick Fourier transform.

    As `scipy.fft.next_fast_len(count, real=True)`, without a tenth of a second to import it.
    """
    return min(
        odd << max(0, (-(-count // odd) - 1).bit_length())
        for threes in range(count.bit_length() + 1)
        for fives in range(count.bit_length() // 2 + 1)
        if (odd := 3**threes * 5**fives) < 2 * count
    )
