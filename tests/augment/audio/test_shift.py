from __future__ import annotations

import numpy as np
import pytest

from augment import Audio, Shift
from augment.parameters import ParameterError
from augment.transform import AudioInfo


def shifted(samples: np.ndarray, rate: int = 16_000, mode: str = "wrap", **params) -> np.ndarray:
    return Shift(mode=mode).apply(Audio(samples, rate), **params).samples


@pytest.mark.parametrize("frames", [1, 2, 999, 16_319])
def test_case_1_10_rollover_keeps_every_sample(frames):
    source = np.random.default_rng(0).uniform(-1, 1, frames).astype(np.float32)
    for seed in range(20):
        transform = Shift()
        copy = transform(source, 16_000, np.random.default_rng(seed))
        np.testing.assert_array_equal(np.sort(copy), np.sort(source))


def test_a_positive_share_is_later():
    source = np.arange(1, 11, dtype=np.float32) / 10
    np.testing.assert_array_equal(shifted(source, share=0.3), np.roll(source, 3))
    np.testing.assert_array_equal(shifted(source, share=-0.3), np.roll(source, -3))
    np.testing.assert_allclose(shifted(source, mode="silence", share=0.3), [0, 0, 0, *source[:7]])
    np.testing.assert_allclose(shifted(source, mode="silence", share=-0.3), [*source[3:], 0, 0, 0])
    np.testing.assert_array_equal(shifted(source, mode="silence", share=0.0), source)


def test_milliseconds_hold_at_every_rate():
    for rate in (8000, 44_100):
        source = np.random.default_rng(0).standard_normal(rate).astype(np.float32)
        np.testing.assert_array_equal(shifted(source, rate, ms=250.0), np.roll(source, round(rate / 4)))
    transform = Shift(ms=(-20, 20))
    assert set(transform.draw(np.random.default_rng(0), AudioInfo(16_000, 1.0))) == {"ms"}


def test_silence_never_takes_more_than_half():
    source = np.full(1001, 0.5, dtype=np.float32)
    for params in ({"share": 1.0}, {"share": -1.0}, {"ms": 60_000.0}, {"ms": -60_000.0}):
        assert np.count_nonzero(shifted(source, mode="silence", **params)) >= 500


def test_a_room_comes_in_where_silence_would_show(vowel):
    room = np.random.default_rng(1).standard_normal(32_000).astype(np.float32) * np.float32(5e-4)
    source = room.copy()
    source[8000:24_000] += vowel(120.0)
    copy = shifted(source, mode="room", share=0.25, seed=3)
    np.testing.assert_array_equal(copy[8000:], source[:24_000])
    assert np.std(copy[:8000]) == pytest.approx(5e-4, rel=0.1)
    np.testing.assert_array_equal(shifted(source, mode="room", share=0.25, seed=3), copy)
    assert set(Shift(mode="room").draw(np.random.default_rng(0), AudioInfo(16_000, 2.0))) == {"share", "seed"}


def test_bad_arguments_are_named():
    with pytest.raises(ParameterError, match=r"share: \[-2, 2\] is outside -1 to 1 of the clip"):
        Shift(share=(-2, 2))
    with pytest.raises(ParameterError, match="share: None is neither"):
        Shift(share=None)
    with pytest.raises(ParameterError, match="mode: 'mirror' is not one of wrap, silence, room"):
        Shift(mode="mirror")
    with pytest.raises(ParameterError, match="ms: 100000 is outside"):
        Shift(ms=1e5)
