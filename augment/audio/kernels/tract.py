"""A longer or shorter vocal tract: the spectral envelope warped, the excitation and so the pitch left alone.

Source: Jaitly & Hinton 2013, "Vocal tract length perturbation (VTLP) improves speech recognition", ICML
workshop on deep learning for audio, speech and language.
"""

from __future__ import annotations

import math

import numpy as np

from augment.audio.kernels.compiled import compiled
from augment.audio.kernels.prediction import log_envelopes
from augment.audio.levels import mean_square

FRAME = 0.030  # s
BLOCK = 64  # frames at a time: small arrays stay in the cache
MOST_GAIN = np.float32(math.log(10 ** (30 / 20)))  # 30 dB either way


def warp_envelope(samples: np.ndarray, rate: int, factor: float | np.ndarray) -> np.ndarray:
    """Multiply the formant frequencies by `factor`, in place: pitch, timing and level (of frames and on the whole) stay.

    Parameters
    ----------
    samples : float32 (samples,).
    rate : Hz.
    factor : 0.5 to 2; one number, or one at every sample (samples,), which should change slowly.

    Returns
    -------
    float32 (samples,), a new array
    """
    from scipy.fft import irfft, rfft  # numpy's transform of float32 rows is seven times as slow

    count = len(samples)
    if count == 0:
        return samples.copy()
    size = 1 << max(6, math.ceil(math.log2(FRAME * rate)))
    half = size // 2
    frames = -(-count // half) + 1
    padded = np.zeros((frames + 1, half), dtype=np.float32)
    padded.reshape(-1)[half : half + count] = samples
    out = np.zeros_like(padded)
    window = np.sin(np.pi * (np.arange(size) + 0.5) / size).astype(np.float32)  # twice it adds up to one
    centres = np.minimum(np.arange(frames) * half, count - 1)
    sources = source_bins(np.broadcast_to(factor, count)[centres], half + 1, rate)
    for first in range(0, frames, BLOCK):
        last = min(first + BLOCK, frames)
        spectra = rfft(
            np.concatenate([padded[first:last], padded[first + 1 : last + 1]], axis=1) * window, axis=1
        )
        power = np.square(spectra.real) + np.square(spectra.imag)
        gains = np.empty_like(power)
        _gains(log_envelopes(power, rate, size + 1), sources[first:last], power, MOST_GAIN, gains)
        pieces = irfft(spectra * gains, n=size, axis=1) * window
        out[first:last] += pieces[:, :half]
        out[first + 1 : last + 1] += pieces[:, half:]
    warped = out.reshape(-1)[half : half + count]
    power = mean_square(warped)  # the windows lose some of what a moved formant rings beyond its frame
    return warped * np.float32(np.sqrt(mean_square(samples) / power) if power > 0 else 1)


def source_bins(factors: np.ndarray, bins: int, rate: float) -> np.ndarray:
    """From which frequency each one takes its envelope, for factors (frames,): float32 (frames, bins), in bins.

    f / factor up to an edge, above it straight to the Nyquist frequency, so that neither end of the band is
    left empty: Jaitly & Hinton's equation, whose edge is 4.8 kHz at 16 kHz.
    """
    nyquist = rate / 2
    edge = min(max(4800.0, 0.6 * nyquist), 0.8 * nyquist) * np.minimum(factors, 1)[:, None]
    frequency = np.linspace(0, nyquist, bins)
    factors = factors[:, None]
    above = nyquist - (nyquist - edge / factors) / (nyquist - edge) * (nyquist - frequency)
    source = np.where(frequency <= edge, frequency / factors, above)
    return (source * ((bins - 1) / nyquist)).astype(np.float32)


@compiled
def _gains(envelopes, sources, power, most, gains):
    """gains[k] = E(source of k) / E(k), each frame scaled to keep its power; envelopes twice as fine."""
    bins = power.shape[1]
    for frame in range(len(power)):
        before = 0.0
        after = 0.0
        for k in range(bins):
            at = 2 * sources[frame, k]
            low = min(int(at), 2 * bins - 3)
            part = at - low
            there = envelopes[frame, low] * (1 - part) + envelopes[frame, low + 1] * part
            gain = np.exp(max(-most, min(there - envelopes[frame, 2 * k], most)))
            gains[frame, k] = gain
            before += power[frame, k]
            after += power[frame, k] * gain * gain
        if after > 0:
            level = np.float32(np.sqrt(before / after))
            for k in range(bins):
                gains[frame, k] *= level
