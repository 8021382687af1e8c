from __future__ import annotations

import numpy as np
import pytest

from augment import Audio, Chain, Gain, Sample, replay
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


@pytest.mark.parametrize("frames", [1, 2, 511, 512, 513, 16_000])
@pytest.mark.parametrize(("db", "ramp_db"), [(-3.0, 12.0), (0.0, -60.0), (6.0, 0.5)])
def test_a_ramp_is_straight_in_decibels(frames, db, ramp_db):
    flat = np.full(frames, 0.25, dtype=np.float32)
    changed = Gain().apply(Audio(flat, 16_000), db=db, ramp_db=ramp_db).samples
    assert changed.dtype == np.float32
    expected = db + np.linspace(-ramp_db / 2, ramp_db / 2, frames) if frames > 1 else [db - ramp_db / 2]
    np.testing.assert_allclose(20 * np.log10(changed / 0.25), expected, atol=1e-4)


def test_ramps_are_drawn_where_asked_for():
    drawn = [Gain(ramp_db=(-6, 6)).draw(np.random.default_rng(seed), None) for seed in range(50)]
    assert min(params["ramp_db"] for params in drawn) < -4
    assert max(params["ramp_db"] for params in drawn) > 4
    assert all(-6 <= params["ramp_db"] <= 6 for params in drawn)


def test_without_a_ramp_the_provenance_is_what_it_was(vowel):
    assert set(Gain().draw(np.random.default_rng(0), None)) == {"db"}
    source = vowel(120.0, seconds=0.2)
    entry = {"name": "gain", "scope": "utterance", "settings": {}, "params": {"db": -6.0}}
    again = replay(Sample("a", Audio(source, 16_000), None), [entry])
    np.testing.assert_array_equal(again.audio.samples, source * np.float32(10 ** (-6 / 20)))


def test_case_1_7_a_ramp_over_silence_or_nothing():
    for frames in (0, 1000):
        silence = Audio(np.zeros(frames, dtype=np.float32), 16_000)
        np.testing.assert_array_equal(Gain().apply(silence, db=3.0, ramp_db=9.0).samples, silence.samples)
