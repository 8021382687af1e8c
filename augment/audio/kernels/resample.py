"""Resampling to an exact number of samples."""

from __future__ import annotations

import numpy as np


def resample_to(samples: np.ndarray, length: int) -> np.ndarray:
    """`samples` (samples,) float32 squeezed or drawn out to (length,): pitch, tempo, formants move together.

    Band-limited (soxr, high quality): what does not fit below the new Nyquist frequency is gone.
    """
    import soxr

    if len(samples) == length:
        return samples.copy()
    if length == 0 or len(samples) == 0:
        return np.zeros(length, dtype=np.float32)
    return soxr.resample(samples, len(samples), length, quality="HQ")
