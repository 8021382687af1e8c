from __future__ import annotations

import numpy as np
import pytest

from augment import Audio, Chain, Sample, Trim, generator
from augment.transform import AudioInfo, changes_duration


def trimmed(
    samples: np.ndarray, rate: int = 16_000, below_db: float = 40.0, keep_ms: float = 50.0
) -> np.ndarray:
    return Trim(keep_ms=keep_ms).apply(Audio(samples, rate), below_db=below_db).samples


@pytest.fixture
def utterance(vowel):
    """A voice from 0.5 to 1.5 s with a pause in it, in 2.5 s of faint noise (about 54 dB below)."""
    sound = np.random.default_rng(0).standard_normal(40_000).astype(np.float32) * np.float32(2e-4)
    voice = vowel(120.0, seconds=0.4)
    sound[8000:14_400] += voice
    sound[17_600:24_000] += voice
    return sound


def test_only_the_ends_go_and_a_margin_is_left(utterance):
    out = trimmed(utterance)
    np.testing.assert_array_equal(out, utterance[8000 - 800 : 24_000 + 800])
    np.testing.assert_array_equal(trimmed(utterance, keep_ms=100.0), utterance[8000 - 1600 : 24_000 + 1600])


def test_a_lower_threshold_keeps_the_noise(utterance):
    np.testing.assert_array_equal(trimmed(utterance, below_db=90.0), utterance)


def test_the_level_of_the_clip_does_not_matter(utterance):
    assert len(trimmed(utterance / 100)) == len(trimmed(utterance))


def test_the_margin_does_not_reach_beyond_the_clip(vowel):
    voice = vowel(120.0, seconds=0.5)
    np.testing.assert_array_equal(trimmed(voice, below_db=60.0), voice)


@pytest.mark.parametrize("frames", [0, 1, 100, 8000])
def test_case_1_7_what_is_silent_throughout_stays_whole(frames):
    assert len(trimmed(np.zeros(frames, dtype=np.float32))) == frames


def test_a_click_keeps_25_ms_around_it():
    sound = np.zeros(16_000, dtype=np.float32)
    sound[8000] = 0.5
    assert len(trimmed(sound, keep_ms=25.0)) == 160 + 800


def test_what_the_next_draw_is_told_is_the_most_that_may_be_left(utterance):
    assert changes_duration(Trim)
    sample = Sample("a", Audio(utterance, 16_000), None)
    for copy in range(5):
        made, done = Chain([Trim()])(sample, generator(0, "a", copy))
        told = Trim().info_after(AudioInfo(16_000, sample.audio.duration), done[0]["params"])
        assert made.audio.duration < told.duration == sample.audio.duration
