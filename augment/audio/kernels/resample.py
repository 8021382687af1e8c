"""Resampling to an exact number of samples.

Source: Smith & Gossett 1984, "A flexible sampling-rate conversion method", ICASSP; window: Kaiser 1974. Of our
own because soxr plans anew for every ratio, which takes it as long as the work on a clip of a second.
"""

from __future__ import annotations

import math
from functools import cache, lru_cache

import numpy as np

from augment.audio.kernels.compiled import compiled
from augment.audio.kernels.lanes import LANES, dot_between

CROSSINGS = 32  # of the sinc, either side
CUTOFF = 0.97  # of the lower Nyquist frequency, 6 dB down there; flat to 0.89, and 80 dB down from 1.05
KAISER = 7.86  # beta for 80 dB
PHASES = 128  # between two samples; weights in between are interpolated, which is true to 85 dB
SCALES = 128  # steps from 1 to 2: cut-offs at most 0.8 % lower than need be, so that tables serve again
FINE = 1024  # points of the window between two crossings of the sinc
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
    weights = _weights(max(1.0, math.ceil(count / length * SCALES) / SCALES))
    phases, taps = weights.shape[0] - 1, weights.shape[1]
    padded = np.zeros(count + 2 * taps, dtype=np.float32)
    padded[taps // 2 - 1 : taps // 2 - 1 + count] = samples
    out = np.empty(length, dtype=np.float32)
    _convolve(padded, weights.reshape(-1), taps, phases, count / length, out)
    return out


@lru_cache(maxsize=SCALES)  # of some 40 kB each
def _weights(scale: float) -> np.ndarray:
    """(phases + 1, taps) float32: row p is for p / phases of the way from one sample to the next.

    `scale` is how many samples of the source one crossing of the sinc takes.
    """
    taps = -(-round(2 * CROSSINGS * scale) // LANES) * LANES
    phases = max(8, round(PHASES / scale))  # a wider sinc is smoother
    at = np.arange(taps) - (taps // 2 - 1) - np.arange(phases + 1)[:, None] / phases
    at = np.clip(np.abs(at) / scale, 0, CROSSINGS)
    weights = np.sinc(at * CUTOFF) * _window()[np.rint(at * FINE).astype(np.int64)]
    return (weights / weights.sum(axis=1, keepdims=True)).astype(np.float32)  # a constant stays what it is


@cache
def _window() -> np.ndarray:
    """Half of Kaiser's window, `FINE` points a crossing: the Bessel function takes longer than all the rest."""
    at = np.linspace(0, 1, CROSSINGS * FINE + 1)
    window = np.i0(KAISER * np.sqrt(1 - at**2)) / np.i0(KAISER)
    window[-1] = 0
    return window


@compiled
def _convolve(padded, weights, taps, phases, step, out):
    for n in range(len(out)):
        position = n * step
        sample = int(position)
        phase = (position - sample) * phases
        row = int(phase)
        out[n] = dot_between(padded, sample, weights, row * taps, taps, np.float32(phase - row))
