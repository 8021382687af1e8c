from __future__ import annotations

import numpy as np
import pytest

from augment.audio.kernels.read_at import TAPS, read_at


def tone(hertz: float, at: np.ndarray) -> np.ndarray:
    return 0.5 * np.sin(2 * np.pi * hertz * at / 16_000)


@pytest.mark.parametrize("hertz", [100, 1000, 4000, 6000])
def test_between_the_samples_is_the_waveform_that_they_stand_for(hertz):
    samples = tone(hertz, np.arange(4000)).astype(np.float32)
    positions = np.linspace(100, 3900, 3801) + 0.37
    error = read_at(samples, positions) - tone(hertz, positions)
    assert 20 * np.log10(np.sqrt(np.mean(error**2)) / np.sqrt(0.125)) < -65


def test_at_whole_positions_it_is_the_samples():
    samples = np.random.default_rng(0).uniform(-1, 1, 500).astype(np.float32)
    np.testing.assert_allclose(read_at(samples, np.arange(500.0)), samples, atol=1e-6)


def test_what_would_pass_the_nyquist_frequency_is_left_out():
    samples = tone(7600, np.arange(8000)).astype(np.float32)
    out = read_at(samples, np.arange(0, 7000, 1.2))
    assert np.abs(out[100:-100]).max() < 0.02


@pytest.mark.parametrize("count", [0, 1, 3])
def test_a_handful_of_samples_and_silence_around_them(count):
    samples = np.full(count, 0.5, dtype=np.float32)
    out = read_at(samples, np.arange(-2.0 * TAPS, 2.0 * TAPS))
    assert np.isfinite(out).all()
    assert out.sum() == pytest.approx(0.5 * count, abs=1e-4)
    np.testing.assert_array_equal(out[[0, -1]], 0)
