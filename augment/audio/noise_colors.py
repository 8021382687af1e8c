"""Noise whose power follows frequency.

Source: Timmer & König 1995, "On generating power law noise", Astronomy & Astrophysics 300.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.random import PCG64, Generator

from augment.audio.lengths import fast_length
from augment.audio.levels import mean_square

Color = Literal["white", "pink", "brown", "blue", "violet"]
# Amplitude goes with frequency ** slope: 6 dB an octave for each.
SLOPES = {"white": 0.0, "pink": -0.5, "brown": -1.0, "blue": 0.5, "violet": 1.0}
LOWEST = 20.0  # Hz; below it, coloured noise is level, or its power would be inaudible


def colored_noise(count: int, rate: int, color: Color, seed: int) -> np.ndarray:
    """Gaussian noise (count,) float32 of any power; coloured noise has no constant part."""
    from augment.audio.kernels.gaussian import gaussian

    if color == "white":
        return gaussian(count, seed)
    size = fast_length(max(count, 16))
    spectrum = gaussian(2 * (size // 2 + 1), seed).view(np.complex64)
    # In place: at 15 s each array is a megabyte, and new memory costs more than what is done with it.
    gain = np.arange(len(spectrum), dtype=np.float32)
    gain *= np.float32(rate / size / LOWEST)
    np.maximum(gain, 1, out=gain)
    if color in ("pink", "blue"):
        np.sqrt(gain, out=gain)
    if color in ("pink", "brown"):
        np.reciprocal(gain, out=gain)
    gain[0] = 0
    spectrum *= gain
    return np.fft.irfft(spectrum, n=size)[:count]


def before_xoshiro(count: int, rate: int, color: Color, seed: int) -> np.ndarray:
    """The noise of copies whose provenance names no generator, to the byte: NumPy's, an eighth as fast."""
    rng = Generator(PCG64(seed))
    if color == "white":
        return rng.standard_normal(count, dtype=np.float32)
    size = fast_length(max(count, 16))
    spectrum = rng.standard_normal(2 * (size // 2 + 1), dtype=np.float32).view(np.complex64)
    frequency = np.maximum(np.arange(len(spectrum)) * (rate / size), LOWEST)
    spectrum *= ((frequency / LOWEST) ** SLOPES[color]).astype(np.float32)
    spectrum[0] = 0
    noise = np.fft.irfft(spectrum, n=size)[:count]
    return noise / np.float32(np.sqrt(mean_square(noise)))
