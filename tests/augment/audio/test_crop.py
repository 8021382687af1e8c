from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augment import Audio, Chain, Crop, Pad, Sample, TimeStretch, generator
from augment.transform import AudioInfo


def cropped(samples: np.ndarray, rate: int = 16_000, **params) -> np.ndarray:
    return Crop().apply(Audio(samples, rate), **params).samples


def test_the_share_asked_for_from_the_place_drawn():
    source = np.arange(20_000, dtype=np.float32) / 20_000
    np.testing.assert_array_equal(cropped(source, share=0.8, position=0.0), source[:16_000])
    np.testing.assert_array_equal(cropped(source, share=0.8, position=1.0), source[4000:])
    np.testing.assert_array_equal(cropped(source, share=0.8, position=0.5), source[2000:18_000])
    assert not np.shares_memory(cropped(source, share=0.8, position=0.5), source)


def test_never_below_min_seconds_and_a_shorter_clip_stays_whole():
    source = np.ones(10_000, dtype=np.float32)
    assert len(cropped(source, share=0.1, position=0.3)) == 8000
    assert len(cropped(source[:7000], share=0.1, position=0.3)) == 7000
    assert len(Crop(min_seconds=0.025).apply(Audio(source, 16_000), share=0.05, position=1.0).samples) == 500


def test_by_default_at_most_a_fifth_is_cut():
    kept = [Crop().draw(np.random.default_rng(seed), AudioInfo(16_000, 2.0))["share"] for seed in range(200)]
    assert 0.8 <= min(kept) < 0.82
    assert 0.98 < max(kept) <= 1


def test_the_next_step_sees_the_new_duration_to_the_sample():
    source = Sample(
        "a", Audio(np.random.default_rng(0).standard_normal(31_234).astype(np.float32), 16_000), None
    )
    for copy in range(5):
        made, done = Chain([Crop(), TimeStretch(rate=1.0), Crop()])(source, generator(0, "a", copy))
        info = AudioInfo(16_000, source.audio.duration)
        for entry in (done[0], done[2]):
            info = Crop().info_after(info, entry["params"])
        assert info.duration == made.audio.duration


def test_case_1_17_default_never_makes_a_clip_shorter_than_an_encoder_can_take():
    for frames in (401, 5000, 8001):
        copy = Crop()(np.ones(frames, dtype=np.float32), 16_000, np.random.default_rng(0))
        assert len(copy) >= min(frames, 8000)


@pytest.mark.parametrize("bad", [{"share": 0}, {"share": (0.5, 1.5)}, {"min_seconds": 0}])
def test_bad_arguments_are_named(bad):
    with pytest.raises(ValueError, match=f"^{next(iter(bad))}: "):
        Crop(**bad)


@given(st.integers(0, 30_000), st.sampled_from([8000, 11_025, 44_100]), st.integers(0, 2**32), st.booleans())
def test_what_the_next_step_is_told_is_so_for_any_clip(frames, rate, seed, pads):
    transform = Pad(to_seconds=[[0.025, 0.3], [1, 2]]) if pads else Crop(share=(0.05, 1), min_seconds=0.1)
    before = AudioInfo(rate, frames / rate)
    params = transform.draw(np.random.default_rng(seed), before)
    made = transform.apply(Audio(np.ones(frames, dtype=np.float32), rate), **params)
    assert transform.info_after(before, params).duration == made.duration
