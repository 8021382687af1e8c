from __future__ import annotations

import numpy as np
import pytest
from scipy.fft import rfft

from augment.audio.kernels.convolve import block_size, convolve


@pytest.mark.parametrize("count", [1, 100, 2047, 2048, 9000, 50_000])
@pytest.mark.parametrize(("lead", "lag"), [(0, 0), (0, 900), (500, 500), (7, 2000)])
def test_it_is_the_direct_sum_aligned_at_the_origin(count, lead, lag, rng):
    samples = rng.standard_normal(count).astype(np.float32)
    response = rng.standard_normal(lead + 1 + lag).astype(np.float32)
    size = block_size(lead, lag)
    turned = np.r_[response[lead:], np.zeros(size - len(response)), response[:lead]].astype(np.float32)
    expected = np.convolve(samples.astype(float), response.astype(float))[lead:]
    for length in (count, count + lag):
        out = convolve(samples, rfft(turned), size, lead, lag, length)
        assert out.dtype == np.float32
        assert out.shape == (length,)
        np.testing.assert_allclose(out, expected[:length], atol=3e-3 if lag else 1e-5)


def test_its_input_is_only_read(rng):
    samples = rng.standard_normal(40_000).astype(np.float32)
    samples.setflags(write=False)
    before = samples.copy()
    spectrum = np.ones(block_size(10, 10) // 2 + 1, dtype=np.float32)
    np.testing.assert_allclose(convolve(samples, spectrum, block_size(10, 10), 10, 10), samples, atol=1e-5)
    np.testing.assert_array_equal(samples, before)
