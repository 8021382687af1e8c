from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import kstest

from augment.audio.kernels.gaussian import add_scaled, gaussian, power


def test_deviates_are_normal():
    made = gaussian(1_000_000, seed=5)
    assert made.dtype == np.float32
    assert kstest(made, "norm").pvalue > 0.01
    assert np.mean(made) == pytest.approx(0, abs=0.004)
    assert np.std(made) == pytest.approx(1, abs=0.003)
    assert np.mean(made.astype(float) ** 4) == pytest.approx(3, abs=0.03)
    assert 4.5 < np.abs(made).max() < 5.9
    assert np.isfinite(made).all()


@pytest.mark.parametrize("lag", [1, 2, 16, 32, 256, 512])
def test_neither_they_nor_their_sizes_hang_together(lag):
    made = gaussian(500_000, seed=5)
    assert np.corrcoef(made[:-lag], made[lag:])[0, 1] == pytest.approx(0, abs=0.006)
    assert np.corrcoef(made[:-lag] ** 2, made[lag:] ** 2)[0, 1] == pytest.approx(0, abs=0.006)


@pytest.mark.parametrize("other", [6, 5 + 2**32, 2**53 - 1])
def test_seeds_share_nothing(other):
    one, two = gaussian(100_000, seed=5), gaussian(100_000, seed=other)
    spectrum = np.fft.irfft(np.fft.rfft(one) * np.conj(np.fft.rfft(two))) / len(one)
    assert np.abs(spectrum).max() < 6 / np.sqrt(len(one))  # at no lag


@pytest.mark.parametrize("count", [0, 1, 511, 512, 513, 1024, 5000])
def test_a_longer_one_begins_as_a_shorter(count):
    np.testing.assert_array_equal(gaussian(count, seed=2), gaussian(6000, seed=2)[:count])


def test_the_bytes_are_the_same_everywhere():
    known = [0.5038326, 1.007549, -0.32912296, -0.91333306, 0.19021295]
    np.testing.assert_array_equal(gaussian(5, seed=1), np.array(known, dtype=np.float32))


@pytest.mark.parametrize("count", [0, 1, 7, 8, 1003])
def test_power_and_mixture(count, rng):
    samples = rng.standard_normal(count).astype(np.float32)
    expected = np.mean(samples.astype(float) ** 2) if count else 0
    assert power(samples) == pytest.approx(expected, rel=1e-12)
    noise = np.ones(count, dtype=np.float32)
    add_scaled(samples, noise, 0.5)
    np.testing.assert_array_equal(noise, samples + np.float32(0.5))
