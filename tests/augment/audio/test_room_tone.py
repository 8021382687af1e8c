from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import lfilter, welch

from augment.audio.room_tone import room_tone


@pytest.mark.parametrize("rate", [8000, 16_000, 44_100])
def test_level_and_spectrum_are_those_of_the_room(rate):
    room = lfilter([1, 0.5], [1, -0.8], np.random.default_rng(0).standard_normal(4 * rate)) * 1e-3
    clip = room.astype(np.float32)
    clip[rate : 3 * rate] += 0.4 * np.sin(np.arange(2 * rate) / 7).astype(np.float32)
    tone = room_tone(clip, rate, 2 * rate, seed=1)
    assert tone.shape == (2 * rate,)
    assert tone.dtype == np.float32
    ours, theirs = (welch(sound, rate, nperseg=256)[1][2:-2] for sound in (tone, room))
    assert np.abs(10 * np.log10(ours / theirs)).mean() < 1


def test_without_a_pause_it_stays_far_below_the_voice(vowel):
    voice = vowel(120.0, seconds=1.0)
    tone = room_tone(voice, 16_000, 16_000, seed=1)
    assert -50 < 20 * np.log10(np.std(tone) / np.std(voice)) < -35


def test_case_1_7_silence_and_clips_below_a_frame_give_silence():
    for clip in (np.zeros(16_000, np.float32), np.ones(100, np.float32), np.zeros(0, np.float32)):
        np.testing.assert_array_equal(room_tone(clip, 16_000, 500, seed=1), np.zeros(500))
    assert room_tone(np.ones(1000, np.float32), 16_000, 0, seed=1).shape == (0,)


def test_another_seed_is_other_noise():
    clip = np.random.default_rng(0).standard_normal(8000).astype(np.float32)
    one, again, other = (room_tone(clip, 16_000, 4000, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, again)
    assert abs(np.corrcoef(one, other)[0, 1]) < 0.1
