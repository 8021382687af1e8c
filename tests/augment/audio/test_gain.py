from __future__ import annotations

import numpy as np
import pytest

from augment import Audio, Chain, Gain, Sample
from augment.gates import Gates


def test_six_decibels_are_a_factor_of_two(vowel):
    source = vowel(120.0, seconds=0.2)
    louder = Gain().apply(Audio(source, 16_000), db=20 * np.log10(2)).samples
    np.testing.assert_allclose(louder, 2 * source, rtol=1e-6)
    assert louder.dtype == np.float32


def test_case_1_11_beyond_full_scale_is_clipped_and_counted(rng):
    loud = Sample("a", Audio(np.linspace(-0.99, 0.99, 1000, dtype=np.float32), 16_000), None)
    copy, _ = Chain([Gain(db=6)])(loud, rng)
    assert copy.audio.samples.max() == pytest.approx(1.0)
    assert copy.audio.samples.min() == pytest.approx(-1.0)
    assert Gates(min_duration=0).refuses(loud, copy, {"audio"}) == "clipping"


def test_case_1_11_int16_is_scaled():
    half = np.full(10, 16_384, dtype=np.int16)
    np.testing.assert_array_equal(Gain(db=0)(half, 16_000, np.random.default_rng(0)), np.float32(0.5))
