from __future__ import annotations

import numpy as np
import pytest

from augment import Audio, Pad
from augment.parameters import ParameterError
from augment.transform import AudioInfo


def padded(samples: np.ndarray, rate: int = 16_000, **params) -> np.ndarray:
    return Pad().apply(Audio(samples, rate), **params).samples


def test_silence_either_side():
    source = np.full(160, 0.5, dtype=np.float32)
    out = padded(source, before_ms=10.0, after_ms=5.0)
    assert out.dtype == np.float32
    np.testing.assert_array_equal(out, np.r_[np.zeros(160), source, np.zeros(80)])


def test_up_to_a_length_and_a_longer_clip_stays():
    source = np.full(4000, 0.5, dtype=np.float32)
    out = padded(source, to_seconds=1.0, position=0.25)
    np.testing.assert_array_equal(out, np.r_[np.zeros(3000), source, np.zeros(9000)])
    np.testing.assert_array_equal(padded(source, to_seconds=0.1, position=0.25), source)


def test_a_room_around_it(vowel):
    room = np.random.default_rng(1).standard_normal(16_000).astype(np.float32) * np.float32(5e-4)
    source = np.concatenate([room[:8000], vowel(120.0, seconds=0.5), room[8000:]])
    out = padded(source, before_ms=300.0, after_ms=200.0, seed=5)
    np.testing.assert_array_equal(out[4800:-3200], source)
    for end in (out[:4800], out[-3200:]):
        assert np.std(end) == pytest.approx(5e-4, rel=0.1)
    assert not np.array_equal(out[:3200], out[-3200:])
    np.testing.assert_array_equal(padded(source, before_ms=0.0, after_ms=0.0, seed=5), source)


@pytest.mark.parametrize("frames", [1, 4000, 40_001])
def test_the_next_step_sees_the_new_duration(frames):
    for transform in (Pad(), Pad(to_seconds=(0.5, 2)), Pad(fill="room")):
        params = transform.draw(np.random.default_rng(0), AudioInfo(16_000, frames / 16_000))
        made = transform.apply(Audio(np.ones(frames, dtype=np.float32), 16_000), **params)
        told = transform.info_after(AudioInfo(16_000, frames / 16_000), params)
        assert told.duration == pytest.approx(made.duration, abs=1e-9)
        assert made.samples.sum() >= frames


def test_a_clip_of_nothing_stays_nothing():
    assert len(padded(np.zeros(0, dtype=np.float32), to_seconds=1.0, position=0.5)) == 0


def test_bad_arguments_are_named():
    with pytest.raises(ParameterError, match=r"to_seconds: 0 is outside 0.025 to 600 s"):
        Pad(to_seconds=0)
    with pytest.raises(ParameterError, match=r"before_ms: \[-5, 5\] is outside 0 to 60000 ms"):
        Pad(before_ms=(-5, 5))
