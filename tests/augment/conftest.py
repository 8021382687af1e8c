"""Voices with known pitch and formants, and instruments that measure both on their own."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from scipy.linalg import solve_toeplitz
from scipy.signal import lfilter, welch

FORMANTS = (700.0, 1220.0, 2600.0, 3500.0)  # Hz, as in "father"
BANDWIDTHS = (80.0, 90.0, 120.0, 150.0)


@pytest.fixture(scope="session")
def vowel() -> Callable[..., np.ndarray]:
    """(f0 Hz, rate Hz, seconds, glide) -> float32 (samples,): pulses through four resonances.

    `glide` is the share by which F0 swings either way, so that harmonics sweep over the formants.
    """

    def make(f0: float, rate: int = 16_000, seconds: float = 1.0, glide: float = 0.0) -> np.ndarray:
        time = np.arange(round(rate * seconds)) / rate
        phase = 2 * np.pi * f0 * (time + glide / (2 * np.pi) * np.sin(2 * np.pi * time))
        pulses = sum(np.cos(k * phase) for k in range(1, int(rate / 2 / f0 / (1 + glide))))
        sound = np.asarray(pulses)
        for formant, bandwidth in zip(FORMANTS, BANDWIDTHS, strict=True):
            if formant < rate / 2:
                radius = np.exp(-np.pi * bandwidth / rate)
                sound = lfilter([1], [1, -2 * radius * np.cos(2 * np.pi * formant / rate), radius**2], sound)
        sound = lfilter([1], [1, -0.9], sound)
        return (0.5 * sound / np.abs(sound).max()).astype(np.float32)

    return make


@pytest.fixture(scope="session")
def pitch_of() -> Callable[..., float]:
    """(samples, rate) -> median F0 in Hz by autocorrelation, 70 to 500 Hz, in windows of 60 ms."""

    def measure(samples: np.ndarray, rate: int) -> float:
        width = round(0.06 * rate)
        found = [
            _period(samples[at : at + 2 * width], width, rate)
            for at in range(0, len(samples) - 2 * width, width)
        ]
        return float(np.median(found))

    return measure


def _period(segment: np.ndarray, width: int, rate: int) -> float:
    likeness = np.correlate(segment.astype(float), segment[:width].astype(float), "valid")
    power = np.cumsum(np.r_[0, segment.astype(float) ** 2])
    likeness /= np.sqrt(power[width:] - power[:-width])[: len(likeness)]
    low, high = round(rate / 500), round(rate / 70)
    lag = low + int(np.flatnonzero(likeness[low:high] > 0.95 * likeness[low:high].max())[0])
    while likeness[lag + 1] > likeness[lag]:
        lag += 1
    before, here, after = likeness[lag - 1 : lag + 2]
    return rate / (lag + (before - after) / (2 * (before - 2 * here + after)))


@pytest.fixture(scope="session")
def formants_of() -> Callable[..., np.ndarray]:
    """(samples, rate) -> formants in Hz, from the poles of the whole clip's linear prediction."""

    def measure(samples: np.ndarray, rate: int) -> np.ndarray:
        emphasised = lfilter([1, -0.95], [1], samples.astype(float))
        _, power = welch(emphasised, rate, nperseg=512, noverlap=384)
        correlation = np.fft.irfft(power)[:11]
        poles = np.roots(np.r_[1, solve_toeplitz(correlation[:-1], -correlation[1:])])
        poles = poles[np.imag(poles) > 0]
        frequency = np.angle(poles) * rate / 2 / np.pi
        narrow = (-np.log(np.abs(poles)) * rate / np.pi < 400) & (frequency > 150)
        return np.sort(frequency[narrow])

    return measure


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)
