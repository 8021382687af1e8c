"""How loud a sound is."""

from __future__ import annotations

import math

import numpy as np

SILENT_RMS = 1e-4  # -80 dB of full scale: three steps of 16-bit audio
FRAME = 0.020  # s
NO_NOISE = 1e-9  # -90 dB of full scale: 16-bit rounding
BEST_SNR = 60.0  # dB; beyond it nothing is heard


def mean_square(samples: np.ndarray) -> float:
    """Power of (samples,), summed in float64; 0 for none."""
    return float(np.mean(np.square(samples, dtype=np.float64))) if len(samples) else 0.0


def peak(samples: np.ndarray) -> float:
    """The largest magnitude in (samples,), 0 for none; not finite where a sample is not."""
    return float(max(samples.max(), -samples.min())) if len(samples) else 0.0


def is_silent(samples: np.ndarray) -> bool:
    """Whether nothing can be heard in (samples,)."""
    if peak(samples) > 2 * SILENT_RMS * math.sqrt(len(samples)):  # that one sample alone is enough
        return False
    return mean_square(samples) < SILENT_RMS**2


def estimated_snr(samples: np.ndarray, rate: int) -> float:
    """Speech over what is left in its pauses, in dB, of (samples,): a blind estimate, without the clean sound.

    The power of the noise is that of the quietest tenth of the frames of 20 ms; digital silence is nobody's
    noise. Speech without pauses comes out lower than it is, never higher.
    """
    frame = round(FRAME * rate)
    count = len(samples) // frame if frame else 0
    if count < 2:
        return BEST_SNR
    frames = samples[: count * frame].reshape(count, frame)
    powers = np.einsum("ij,ij->i", frames, frames, dtype=np.float64) / frame
    powers.sort()
    noise = max(float(powers[: max(1, count // 10)].mean()), NO_NOISE)
    speech = float(powers.mean()) - noise
    return min(BEST_SNR, 10 * math.log10(speech / noise)) if speech > noise * 1e-6 else -BEST_SNR
