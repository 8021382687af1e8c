from __future__ import annotations

import numpy as np
import pytest

from augment.audio.kernels.pitch_track import track_pitch


@pytest.mark.parametrize("rate", [8000, 16_000, 44_100])
@pytest.mark.parametrize("f0", [85.0, 140.0, 230.0, 400.0])
def test_the_pitch_of_a_vowel(vowel, f0, rate):
    found = track_pitch(vowel(f0, rate, 0.5), rate)
    assert len(found) == 51
    np.testing.assert_allclose(found[4:-4], f0, rtol=0.006)


def test_a_glide_is_followed(vowel):
    found = track_pitch(vowel(150.0, seconds=2.0, glide=0.2), 16_000)
    wanted = 150 * (1 + 0.2 * np.cos(2 * np.pi * 0.01 * np.arange(201)))
    np.testing.assert_allclose(found[5:-5], wanted[5:-5], rtol=0.015)


def test_pauses_and_noise_have_no_pitch(vowel):
    noise = np.random.default_rng(0).standard_normal(8000).astype(np.float32) * np.float32(0.1)
    pause = np.zeros(4800, dtype=np.float32)
    found = track_pitch(np.concatenate([noise, pause, vowel(120.0, seconds=0.5)]), 16_000)
    assert np.mean(found[:48] > 0) < 0.15
    np.testing.assert_array_equal(found[52:78], 0)
    np.testing.assert_allclose(found[84:-4], 120, rtol=0.006)


def test_loudness_does_not_matter(vowel):
    voice = vowel(120.0, seconds=0.3)
    np.testing.assert_allclose(track_pitch(voice / 1000, 16_000), track_pitch(voice, 16_000), rtol=1e-3)


@pytest.mark.parametrize("frames", [0, 1, 100, 161, 700])
def test_case_1_7_silence_and_clips_below_a_frame(frames):
    found = track_pitch(np.zeros(frames, dtype=np.float32), 16_000)
    assert found.shape == (frames // 160 + 1,)
    np.testing.assert_array_equal(found, 0)
    box = track_pitch(np.full(frames, 0.5, dtype=np.float32), 16_000)
    assert box.shape == found.shape
    assert np.isfinite(box).all()


def test_praat_finds_the_same(vowel):
    praat = pytest.importorskip("parselmouth")
    voice = np.concatenate([vowel(110.0, seconds=0.6, glide=0.15), vowel(190.0, seconds=0.6, glide=0.1)])
    pitch = praat.Sound(voice.astype(float), 16_000).to_pitch(0.01, 75, 500)
    found = track_pitch(voice, 16_000)
    times = [n for n in range(5, 115) if not 56 < n < 64]
    wanted = np.array([pitch.get_value_at_time(n / 100) for n in times])
    np.testing.assert_allclose(found[times], wanted, rtol=0.02)
