"""Resampling to an exact number of samples.

Source: Smith & Gossett 1984, "A flexible sampling-rate conversion method", ICASSP; window: Kaiser 1974. Of our
own because soxr plans anew for every ratio, which takes it as long as the work on a clip of a second.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from augment.audio.kernels.compiled import compiled
from augment.audio.kernels.lanes import LANES, dot_between

CROSSINGS = 32  # of the sinc, either side
CUTOFF = 0.97  # of the lower Nyquist frequency, 6 dB down there; flat to 0.89, and 80 dB down from 1.05
KAISER = 7.86  # beta for 80 dB
PHASES = 128  # between two samples; weights in between are interpolated, which is true to 85 dB
FINE = 512  # points of the stored sinc between two of its crossings
STEEPEST = 16  # more than this many samples into one are taken in several steps


def resample_to(samples: np.ndarray, length: int) -> np.ndarray:
    """`samples` (samples,) float32 squeezed or drawn out to (length,): pitch, tempo, formants move together.

    Band-limited: what does not fit below the new Nyquist frequency is gone.
    """
    count = len(samples)
    if count == length:
        return samples.copy()
    if length == 0 or count == 0:
        return np.zeros(length, dtype=np.float32)
    if count > STEEPEST * length:
        return resample_to(resample_to(samples, length * STEEPEST // 2), length)
    scale = max(1.0, count / length)
    taps = -(-round(2 * CROSSINGS * scale) // LANES) * LANES
    phases = max(8, round(PHASES / scale))  # a wider sinc is smoother
    weights = np.empty((phases + 1) * taps, dtype=np.float32)
    _weigh(_sinc(), FINE / scale, taps, phases, weights)
    padded = np.zeros(count + 2 * taps, dtype=np.float32)
    padded[taps // 2 - 1 : taps // 2 - 1 + count] = samples
    out = np.empty(length, dtype=np.float32)
    _convolve(padded, weights, taps, phases, count / length, out)
    return out


@cache
def _sinc() -> np.ndarray:
    """Half of the windowed sinc, float64: from its middle on, `FINE` points a crossing; it ends in zeros."""
    at = np.arange(CROSSINGS * FINE + 1) / FINE
    window = np.i0(KAISER * np.sqrt(1 - (at / CROSSINGS) ** 2)) / np.i0(KAISER)
    return np.append(np.sinc(at * CUTOFF) * window, [0.0, 0.0])


@compiled
def _weigh(sinc, fine, taps, phases, weights):
    """Rows of `taps` weights: row p is for p / phases of the way from one sample to the next."""
    end = len(sinc) - 2
    for phase in range(phases + 1):
        total = 0.0
        for tap in range(taps):
            at = min(abs(tap - (taps // 2 - 1) - phase / phases) * fine, end)
            below = int(at)
            weight = sinc[below] + (at - below) * (sinc[below + 1] - sinc[below])
            weights[phase * taps + tap] = weight
            total += weight
        for tap in range(taps):
            weights[phase * taps + tap] /= total  # a constant stays what it is


@compiled
def _convolve(padded, weights, taps, phases, step, out):
    for n in range(len(out)):
        position = n * step
        sample = int(position)
        phase = (position - sample) * phases
        row = int(phase)
        out[n] = dot_between(padded, sample, weights, row * taps, taps, np.float32(phase - row))
