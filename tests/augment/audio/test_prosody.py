from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import hilbert

from augment import Audio, Prosody
from augment.audio.contours import at_samples, loudness, random_contour
from augment.audio.kernels.pitch_track import track_pitch

RATE = 16_000


def bent(
    samples: np.ndarray, semitones=0.0, db=0.0, intonation=1.0, seed=3, rate=RATE, **settings
) -> np.ndarray:
    params = {"semitones": semitones, "db": db, "intonation": intonation, "seed": seed}
    return Prosody(**settings).apply(Audio(samples, rate), **params).samples


def contour(samples: np.ndarray, seed: int) -> np.ndarray:
    weight = loudness(samples, RATE)
    return at_samples(random_contour(len(weight), 3.0, seed, weight), len(samples), RATE)


def rms(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(samples.astype(float) ** 2)))


@pytest.mark.parametrize("semitones", [0.3, 1.0])
def test_pitch_follows_the_contour(semitones):
    tone = (0.5 * np.sin(2 * np.pi * 400 * np.arange(2 * RATE) / RATE)).astype(np.float32)
    copy = bent(tone, semitones, formants="move")
    assert len(copy) == len(tone)
    hertz = np.diff(np.unwrap(np.angle(hilbert(copy.astype(float))))) * RATE / 2 / np.pi
    wanted = semitones * contour(tone, 3)
    found = 12 * np.log2(hertz / 400)
    inner = slice(500, -500)
    np.testing.assert_allclose(found[inner], wanted[:-1][inner], atol=0.02)
    assert np.abs(found[inner]).max() == pytest.approx(semitones, abs=0.05)
    assert abs(found[inner].mean()) < 0.03


def test_loudness_follows_another_contour():
    tone = (0.5 * np.sin(2 * np.pi * 400 * np.arange(2 * RATE) / RATE)).astype(np.float32)
    copy = bent(tone, db=3.0)
    inner = slice(500, -500)
    found = 20 * np.log10(np.abs(hilbert(copy.astype(float))) / 0.5)[inner]
    wanted = 3 * contour(tone, 4)[inner]
    assert np.ptp(found - wanted) < 0.02  # but for the level, which stays
    assert rms(copy) == pytest.approx(rms(tone), rel=1e-4)


def test_mean_pitch_level_and_duration_stay(vowel, pitch_of):
    source = np.concatenate(
        [vowel(120.0, seconds=0.8), np.zeros(3200, np.float32), vowel(150.0, seconds=0.8)]
    )
    before = track_pitch(source, RATE)
    cents = []
    for seed in range(5):
        copy = bent(source, 0.5, 2.0, seed=seed)
        after = track_pitch(copy, RATE)
        assert len(copy) == len(source)
        assert rms(copy) == pytest.approx(rms(source), rel=1e-4)
        cents.append(1200 * (np.log2(after[after > 0]).mean() - np.log2(before[before > 0]).mean()))
    assert np.mean(np.abs(cents)) < 15
    assert np.max(np.abs(cents)) < 35


@pytest.mark.parametrize("intonation", [0.7, 0.85, 1.2, 1.4])
def test_the_range_of_pitch_is_scaled_about_its_mean(vowel, intonation):
    source = vowel(140.0, seconds=3.0, glide=0.12)
    spread = [
        np.std(12 * np.log2(track_pitch(s, RATE)[10:-10]))
        for s in (source, bent(source, intonation=intonation))
    ]
    assert spread[1] / spread[0] == pytest.approx(intonation, abs=0.06)
    centre = np.exp(np.mean(np.log(track_pitch(bent(source, intonation=intonation), RATE)[10:-10])))
    assert centre == pytest.approx(140, rel=0.02)


def test_formants_are_kept_unless_asked(vowel):
    praat = pytest.importorskip("parselmouth")
    source = vowel(130.0, seconds=2.0, glide=0.05)
    times = np.arange(0.2, 1.8, 0.01)

    def spread(samples: np.ndarray) -> float:
        track = praat.Sound(samples.astype(float), RATE).to_formant_burg(0.01, 5, 5000, 0.05, 50)
        return float(np.std([track.get_value_at_time(2, t) for t in times]) / 1220)

    plain, kept, moved = (
        spread(samples) for samples in (source, bent(source, 2.0), bent(source, 2.0, formants="move"))
    )
    assert moved > 0.04
    assert kept < plain + 0.3 * (moved - plain)


def test_no_moment_is_far_from_where_it_was():
    clicks = np.zeros(4 * RATE, dtype=np.float32)
    clicks[RATE // 4 :: RATE // 4] = 0.5
    for seed in range(5):
        copy = bent(clicks, 0.5, seed=seed, formants="move")
        moved = [
            np.argmax(np.abs(copy[at - 1000 : at + 1000])) - 1000
            for at in range(RATE // 4, 4 * RATE - 1000, RATE // 4)
        ]
        assert np.abs(moved).max() < 0.03 * RATE
        assert np.abs(moved).max() > 10


def test_nothing_asked_nothing_done(vowel):
    source = vowel(120.0, seconds=0.5)
    np.testing.assert_allclose(bent(source), source, rtol=1e-6)


@pytest.mark.parametrize("frames", [1, 2, 5, 159, 161, 400])
def test_case_1_1_short_clips_keep_their_length_and_level(frames):
    source = np.random.default_rng(0).uniform(-0.5, 0.5, frames).astype(np.float32)
    copy = bent(source, 0.5, 2.0, 1.2)
    assert copy.shape == (frames,)
    assert rms(copy) == pytest.approx(rms(source), rel=1e-3)
