"""Move the formants of speech and leave its pitch alone.

Source and filter are parted by linear prediction: each frame is whitened by its own all-pole envelope, then
coloured with the same envelope moved.  Source: Makhoul 1975, "Linear prediction", Proc. IEEE 63(4).
"""

from __future__ import annotations

import math

import numpy as np

from augment.audio.kernels.compiled import compiled

FRAME = 0.030  # s
PRE_EMPHASIS = 0.95  # so that prediction sees the upper formants, too
SMOOTHING = 50.0  # Hz by which the envelope is blurred: keeps it off the single harmonics of high voices
NOISE_FLOOR = 1e-5  # of a frame's power: no pole so sharp that it rings
BLOCK = 64  # frames at a time
MOST_GAIN = np.float32(1000.0)  # in power, 30 dB


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
    """What is the same for every frame of one call: frequencies, tables, lag window."""

    def __init__(self, rate: int, size: int, grown: int, factor: float):
        self.order = round(rate / 1000) + 2  # two poles a kHz, two for the glottis and lips
        omega = 2 * np.pi / size * np.arange(grown // 2 + 1)
        here = omega[: size // 2 + 1]
        there = omega[omega * factor <= np.pi * (1 + 1e-9)] * factor
        lags = np.arange(self.order + 2)[:, None]
        self.tables = [wave(lags * w).astype(np.float32) for w in (here, there) for wave in (np.cos, np.sin)]
        self.tilt = (1 + PRE_EMPHASIS**2 - 2 * PRE_EMPHASIS * np.cos(here)).astype(np.float32)
        self.blur = np.exp(-0.5 * (2 * np.pi * SMOOTHING / rate * np.arange(self.order + 1)) ** 2)
        self.blur[0] += NOISE_FLOOR
        self.bins = grown // 2 + 1

    def move(self, spectra: np.ndarray) -> np.ndarray:
        """Spectra (frames, size / 2 + 1) to spectra (frames, grown / 2 + 1) whose envelopes are moved."""
        from scipy.fft import irfft

        power = np.square(spectra.real)
        power += np.square(spectra.imag)
        power *= self.tilt
        correlation = irfft(power, axis=1)[:, : self.order + 1] * self.blur
        prediction = np.zeros((len(spectra), self.order + 2))
        _levinson(correlation, PRE_EMPHASIS, prediction)
        moved = np.zeros((len(spectra), self.bins), dtype=np.complex64)
        _recolour(spectra, prediction.astype(np.float32), *self.tables, MOST_GAIN, moved)
        return moved


def _sine(size: int) -> np.ndarray:
    return np.sin(np.pi * (np.arange(size) + 0.5) / size).astype(np.float32)


def _frame_length(rate: int) -> int:
    """At least 30 ms; a power of two or three quarters of one, which is quick to transform."""
    power = 1 << max(7, math.ceil(math.log2(FRAME * rate)))
    return power * 3 // 4 if power * 3 // 4 >= FRAME * rate else power


@compiled
def _levinson(correlation, pre_emphasis, prediction):
    """Durbin's recursion, row by row, times the pre-emphasis; a silent frame is left white (1, 0, 0, …)."""
    order = correlation.shape[1] - 1
    before = np.zeros(order + 2)
    for frame in range(len(correlation)):
        current = prediction[frame]
        current[0] = 1.0
        error = correlation[frame, 0]
        if error < 1e-10:
            continue
        for m in range(1, order + 1):
            total = 0.0
            for i in range(m):
                total += current[i] * correlation[frame, m - i]
            reflection = -total / error
            for i in range(m + 1):
                before[i] = current[i]
            for i in range(1, m + 1):
                current[i] = before[i] + reflection * before[m - i]
            error *= 1 - reflection * reflection
        for i in range(order + 1, 0, -1):
            current[i] -= pre_emphasis * current[i - 1]


@compiled
def _recolour(spectra, prediction, cos_here, sin_here, cos_there, sin_there, most_gain, moved):
    """moved[k] = spectra[k] * A(omega_k) / A(factor * omega_k), the spectrum mirrored beyond its end.

    Each frame keeps its power: loudness is a cue of emotion, and where the harmonics fall on the envelope
    would change it.
    """
    bins = spectra.shape[1]
    kept = cos_there.shape[1]
    here = np.zeros((2, bins), dtype=np.float32)
    there = np.zeros((2, kept), dtype=np.float32)
    for frame in range(len(spectra)):
        _response(prediction[frame], cos_here, sin_here, here[0], here[1])
        _response(prediction[frame], cos_there, sin_there, there[0], there[1])
        source_power = 0.0
        moved_power = 0.0
        for k in range(kept):
            j = k if k < bins else 2 * (bins - 1) - k
            value = spectra[frame, j]
            real = value.real * here[0, j] - value.imag * here[1, j]
            imag = value.real * here[1, j] + value.imag * here[0, j]
            whitening = here[0, j] * here[0, j] + here[1, j] * here[1, j]
            colour = there[0, k] * there[0, k] + there[1, k] * there[1, k]
            colour = max(colour, whitening / most_gain)
            if colour > 0:
                real, imag = (
                    (real * there[0, k] + imag * there[1, k]) / colour,
                    (imag * there[0, k] - real * there[1, k]) / colour,
                )
                moved[frame, k] = complex(real, imag)
                moved_power += real * real + imag * imag
        for j in range(bins):
            value = spectra[frame, j]
            source_power += value.real * value.real + value.imag * value.imag
        if moved_power > 0:
            level = np.float32(np.sqrt(source_power / moved_power))
            for k in range(kept):
                moved[frame, k] *= level


@compiled
def _response(coefficients, cos, sin, real, imag):
    """A(omega) = sum over j of coefficients[j] * exp(-i * omega * j), at every omega of the tables."""
    for k in range(len(real)):
        real[k] = 0
        imag[k] = 0
    for j in range(len(coefficients)):
        weight = coefficients[j]
        cos_row, sin_row = cos[j], sin[j]
        for k in range(len(real)):
            real[k] += weight * cos_row[k]
            imag[k] -= weight * sin_row[k]
