"""Move the formants of speech and leave its pitch alone.

Source and filter are parted by linear prediction: each frame is whitened by its own all-pole envelope, then
coloured with the same envelope moved.  Source: Makhoul 1975, "Linear prediction", Proc. IEEE 63(4).
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from augment.audio.kernels.compiled import compiled
from augment.audio.kernels.lanes import LANES, dot
from augment.audio.kernels.prediction import PRE_EMPHASIS, lag_window, predictor, tilt

FRAME = 0.030  # s
BLOCK = 64  # frames at a time
MOST_GAIN = np.float32(1000.0)  # in power, 30 dB
TINY = np.float32(1e-30)  # where nothing is divided by nothing; known not to be zero, so loops vectorise


def move_formants(samples: np.ndarray, rate: int, factor: float) -> tuple[np.ndarray, float]:
    """Divide every formant frequency by `factor`, so that a resampling by `factor` puts it back.

    Where `factor` is below 1, formants rise beyond the Nyquist frequency: the sound comes back at a higher
    rate, and the band that the source does not have is filled with the mirrored excitation of the band
    below it, as the envelope says. Otherwise every copy shifted down would be known by its missing treble.

    Parameters
    ----------
    samples : float32 (samples,), at least one.
    rate : Hz.
    factor : 2 ** (semitones / 12) of the pitch shift that follows.

    Returns
    -------
    samples : float32 (round(samples * oversampling),)
    oversampling : what the rate was multiplied by, 1 for factors from 1.
    """
    from scipy.fft import irfft, rfft  # numpy's transform of float32 rows is seven times as slow

    size = _frame_length(rate)
    grown = size // 16 * max(16, math.ceil(16 / factor))
    half, grown_half = size // 2, grown // 2
    count = -(-len(samples) // half) + 1
    padded = np.zeros((count + 1, half), dtype=np.float32)
    padded.reshape(-1)[half : half + len(samples)] = samples
    out = np.zeros((count + 1, grown_half), dtype=np.float32)

    opening = _sine(size)  # twice a sine window adds up to one over half-overlapping frames
    closing = _sine(grown) * np.float32(grown / size)
    envelope = _Envelope(rate, size, grown, factor)
    for first in range(0, count, BLOCK):  # small arrays stay in the cache, and in memory that malloc keeps
        last = min(first + BLOCK, count)
        frames = np.concatenate([padded[first:last], padded[first + 1 : last + 1]], axis=1)
        frames *= opening
        pieces = irfft(envelope.move(rfft(frames, axis=1)), n=grown, axis=1)
        pieces *= closing
        out[first:last] += pieces[:, :grown_half]
        out[first + 1 : last + 1] += pieces[:, grown_half:]
    return out.reshape(-1)[grown_half:][: round(len(samples) * grown / size)], grown / size


class _Envelope:
    """What is the same for every frame of one call: tables and the lag window."""

    def __init__(self, rate: int, size: int, grown: int, factor: float):
        self.blur, self.lags, self.here = _analysis(rate, size)
        there = 2 * np.pi / size * factor * np.arange(grown // 2 + 1)
        self.there = _waves(there[there <= np.pi * (1 + 1e-9)], self.here.shape[1])
        self.bins = grown // 2 + 1

    def move(self, spectra: np.ndarray) -> np.ndarray:
        """Spectra (frames, size / 2 + 1) to spectra (frames, grown / 2 + 1) whose envelopes are moved."""
        prediction = np.zeros((len(spectra), self.here.shape[1]), dtype=np.float32)
        _predict(spectra, self.lags, self.blur, PRE_EMPHASIS, np.zeros_like(self.lags), prediction)
        moved = np.zeros((len(spectra), self.bins), dtype=np.complex64)
        scratch = np.empty((4, self.bins), dtype=np.float32)
        pairs, moved_pairs = spectra.view(np.float32), moved.view(np.float32)
        _recolour(spectra, pairs, prediction, self.here, self.there, MOST_GAIN, scratch, moved, moved_pairs)
        return moved


@cache
def _analysis(rate: int, size: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The lag window, what turns power spectra into autocorrelations, and waves up to the mirrored 0 Hz."""
    blur = lag_window(rate)
    order = len(blur) - 1
    omega = 2 * np.pi / size * np.arange(size // 2 + 1)
    emphasis = tilt(omega)
    emphasis[1:-1] *= 2  # both halves of the spectrum
    lags = np.zeros((order + 1, -(-len(omega) // LANES) * LANES), dtype=np.float32)
    lags[:, : len(omega)] = _waves(omega, order + 1)[0] * (emphasis / size)
    return blur, lags, _waves(np.r_[omega, omega[-2::-1]], -(-(order + 2) // 4) * 4)


def _waves(omega: np.ndarray, count: int) -> np.ndarray:
    """(2, count, frequencies): cosines and sines of 0, 1, 2 … times each frequency."""
    turns = np.empty((count, len(omega)), dtype=np.complex128)
    turns[0] = 1
    step = np.exp(1j * omega)
    for j in range(1, count):
        np.multiply(turns[j - 1], step, out=turns[j])
    return np.stack([turns.real, turns.imag]).astype(np.float32)


@cache
def _sine(size: int) -> np.ndarray:
    return np.sin(np.pi * (np.arange(size) + 0.5) / size).astype(np.float32)


def _frame_length(rate: int) -> int:
    """At least 30 ms; a power of two or three quarters of one, which is quick to transform."""
    power = 1 << max(7, math.ceil(math.log2(FRAME * rate)))
    return power * 3 // 4 if power * 3 // 4 >= FRAME * rate else power


@compiled
def _predict(spectra, lags, blur, pre_emphasis, scratch, prediction):
    """Each frame's predictor, times the pre-emphasis; a silent frame is left white (1, 0, 0, …)."""
    order = len(blur) - 1
    power = scratch[0]
    rows = np.empty((3, order + 2))
    current, before, correlation = rows[0], rows[1], rows[2]
    for frame in range(len(spectra)):
        for k in range(spectra.shape[1]):
            value = spectra[frame, k]
            power[k] = value.real * value.real + value.imag * value.imag
        for m in range(order + 1):
            correlation[m] = blur[m] * dot(power, 0, lags[m], 0, lags.shape[1])
        predictor(order, correlation, pre_emphasis, current, before)
        for i in range(order + 2):
            prediction[frame, i] = current[i]


@compiled
def _recolour(spectra, pairs, prediction, waves_here, waves_there, most_gain, scratch, moved, moved_pairs):
    """moved[k] = spectra[k] * A(omega_k) / A(factor * omega_k), the spectrum mirrored beyond its end.

    Each frame keeps its power: loudness is a cue of emotion, and where the harmonics fall on the envelope
    would change it. `pairs` and `moved_pairs` are the same memory as real and imaginary parts in turn.
    """
    bins = spectra.shape[1]
    kept = waves_there.shape[2]
    here_real, here_imag = scratch[0], scratch[1]  # unpacked at once, numba would not know them contiguous
    there_real, there_imag = scratch[2], scratch[3]
    for frame in range(len(spectra)):
        _response(prediction[frame], waves_here, kept, here_real, here_imag)
        _response(prediction[frame], waves_there, kept, there_real, there_imag)
        for k in range(kept):
            # The quotient of the responses; gains no more than `most_gain` in power.
            least = (here_real[k] * here_real[k] + here_imag[k] * here_imag[k]) / most_gain
            colour = max(max(there_real[k] * there_real[k] + there_imag[k] * there_imag[k], least), TINY)
            real = (here_real[k] * there_real[k] + here_imag[k] * there_imag[k]) / colour
            here_imag[k] = (here_imag[k] * there_real[k] - here_real[k] * there_imag[k]) / colour
            here_real[k] = real
        source, target = spectra[frame], moved[frame]
        for k in range(min(bins, kept)):
            target[k] = source[k]
        for k in range(bins, kept):
            target[k] = source[2 * (bins - 1) - k]
        for k in range(kept):
            value = target[k]
            target[k] = complex(
                value.real * here_real[k] - value.imag * here_imag[k],
                value.real * here_imag[k] + value.imag * here_real[k],
            )
        moved_power = _power(moved_pairs[frame], 2 * kept)
        if moved_power > 0:
            level = np.float32(np.sqrt(_power(pairs[frame], 2 * bins) / moved_power))
            for i in range(2 * kept):
                moved_pairs[frame, i] *= level


@compiled
def _power(values, count):
    whole = count // LANES * LANES
    total = np.float64(dot(values, 0, values, 0, whole))
    for i in range(whole, count):
        total += values[i] * values[i]
    return total


@compiled
def _response(coefficients, waves, count, real, imag):
    """A(omega) = sum over j of coefficients[j] * exp(-i * omega * j), at `count` omegas of the tables."""
    cos, sin = waves[0], waves[1]
    for k in range(count):
        real[k] = 0
        imag[k] = 0
    for j in range(0, len(coefficients), 4):  # four at a time: what is stored and loaded again costs most
        a, b, c, d = coefficients[j], coefficients[j + 1], coefficients[j + 2], coefficients[j + 3]
        for k in range(count):
            real[k] += a * cos[j, k] + b * cos[j + 1, k] + c * cos[j + 2, k] + d * cos[j + 3, k]
            imag[k] -= a * sin[j, k] + b * sin[j + 1, k] + c * sin[j + 2, k] + d * sin[j + 3, k]
