"""How loud a sound is."""

from __future__ import annotations

import numpy as np

SILENT_RMS = 1e-4  # -80 dB of full scale: three steps of 16-bit audio


def mean_square(samples: np.ndarray) -> float:
    """Power of (samples,), summed in float64; 0 for none."""
    return float(np.mean(np.square(samples, dtype=np.float64))) if len(samples) else 0.0


def is_silent(samples: np.ndarray) -> bool:
    """Whether nothing can be heard in (samples,)."""
    return mean_square(samples) < SILENT_RMS**2
