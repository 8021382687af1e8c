"""The resampler by sines: what passes, what must not come back folded, and how long it is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from augment.audio.kernels.resample import resample_to

RATIOS = [
    (16_000, 17_960),
    (17_960, 16_000),
    (44_100, 16_000),
    (8000, 16_000),
    (16_000, 8000),
    (16_000, 15_999),
]


def sine(cycles: float, frames: int, step: float = 1.0) -> np.ndarray:
    """`cycles` a sample, at every `step` samples."""
    return np.sin(2 * np.pi * cycles * step * np.arange(frames))


@pytest.mark.parametrize(("count", "length"), RATIOS)
def test_sines_over_the_band_pass_with_80_db_and_70_near_its_end(count, length):
    nyquist = 0.5 * min(1, length / count)
    middle = slice(length // 10, -length // 10)
    for share in (0.01, 0.1, 0.3, 0.5, 0.7, 0.8, 0.87):
        copy = resample_to(sine(share * nyquist, count).astype(np.float32), length)
        wanted = sine(share * nyquist, length, count / length)
        error = np.mean(np.square(copy - wanted)[middle]) / np.mean(np.square(wanted)[middle])
        assert 10 * np.log10(error) < (-80 if share < 0.85 else -70)


@pytest.mark.parametrize(("count", "length"), [(16_000, 11_000), (44_100, 16_000), (16_000, 8000)])
def test_what_does_not_fit_is_gone_not_folded(count, length):
    nyquist = 0.5 * length / count
    for share in (1.06, 1.15, 1.3):
        copy = resample_to(sine(share * nyquist, count).astype(np.float32), length)
        assert 20 * np.log10(np.std(copy[length // 10 : -length // 10]) * np.sqrt(2)) < -75


def test_no_image_above_the_old_band():
    noise = np.random.default_rng(0).standard_normal(16_000).astype(np.float32)
    spectrum = np.abs(np.fft.rfft(resample_to(noise, 32_000) * np.hanning(32_000)))
    assert 20 * np.log10(spectrum[8600:].max() / np.median(spectrum[:7000])) < -70


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 400), st.integers(0, 900))
def test_length_is_exact_and_a_constant_stays_constant(count, length):
    copy = resample_to(np.full(count, 0.25, dtype=np.float32), length)
    assert copy.shape == (length,)
    assert copy.dtype == np.float32
    assert np.abs(copy).max(initial=0) < 0.3
    if length and count > 200 and count / length < 2:
        np.testing.assert_allclose(copy[length * 2 // 5 : length * 3 // 5], 0.25, atol=1e-4)


def test_steep_ratios_are_taken_in_steps():
    slow = sine(1 / 40_000, 100_000).astype(np.float32)
    np.testing.assert_allclose(resample_to(slow, 250)[30:-30], sine(1 / 40_000, 250, 400)[30:-30], atol=1e-3)
    assert len(resample_to(slow, 1)) == 1
