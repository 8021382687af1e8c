"""Speech behind speech: looped and levelled."""

from __future__ import annotations

import numpy as np

from augment.audio.levels import mean_square

SEAM = 0.005  # s: edges fade so that a loop does not click
QUIETEST = 0.1  # of a speaker's own power: a cut that falls into a pause is not blown up beyond it


def looped(samples: np.ndarray, start: float, count: int, rate: int) -> np.ndarray:
    """`count` samples from the share `start` (0 to 1) of (samples,) on, round and round; float32 (count,)."""
    if not len(samples):
        return np.zeros(count, np.float32)
    fade = min(len(samples) // 2, round(SEAM * rate))
    whole = samples.copy()
    if len(samples) < count + 2:  # it comes round
        ramp = np.linspace(0, 1, fade, endpoint=False, dtype=np.float32)
        whole[:fade] *= ramp
        whole[len(whole) - fade :] *= ramp[::-1]
    first = int(start * len(whole))
    return np.resize(np.concatenate([whole[first:], whole[:first]]), count)


def levelled(cut: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """A cut (count,) of `whole` at unit power; quieter where it falls into a pause of it."""
    power = max(mean_square(cut), QUIETEST * mean_square(whole))
    return cut / np.float32(np.sqrt(power)) if power > 0 else cut
