from __future__ import annotations

import numpy as np
import pytest
from scipy.fft import dct

from merhan.features.frames import ENERGY, F0, VOICED, frame_features, frame_names, strided
from merhan.features.settings import FeatureError, FeatureSettings

NAMES = frame_names()


def test_columns_have_names(harmonic):
    frames = frame_features(harmonic(200), 16_000)
    assert frames.dtype == np.float32
    assert frames.shape[1] == len(NAMES) == 40 + 40 + 64 + 3
    assert (NAMES[ENERGY], NAMES[F0], NAMES[VOICED]) == ("log_energy", "f0", "voiced")


@pytest.mark.parametrize(
    ("samples", "frames"), [(1, 1), (320, 1), (400, 1), (559, 1), (560, 2), (16_000, 98), (64_000, 398)]
)
def test_a_hundred_frames_a_second_and_never_none(samples, frames):
    found = frame_features(np.random.default_rng(0).normal(0, 0.1, samples).astype(np.float32), 16_000)
    assert len(found) == frames
    assert np.isfinite(found).all()


def test_a_tone_is_loudest_in_its_band():
    seconds = np.arange(16_000) / 16_000
    frames = frame_features(np.sin(2 * np.pi * 1000 * seconds).astype(np.float32), 16_000)
    low, high, at = (2595 * np.log10(1 + f / 700) for f in (20, 8000, 1000))
    band = round((at - low) / (high - low) * 65) - 1  # 64 centres between 66 points
    assert frames[:, 80:144].mean(axis=0).argmax() == band


def test_cepstra_are_the_cosine_transform_of_the_bands(harmonic):
    frames = frame_features(harmonic(150), 16_000)
    assert frames[:, :40] == pytest.approx(dct(frames[:, 80:144], norm="ortho", axis=1)[:, :40], abs=2e-3)


def test_deltas_are_slopes_of_the_cepstra(harmonic):
    frames = frame_features(harmonic(np.linspace(100, 200, 16_000), 1.0), 16_000)
    slope = (2 * (frames[14] - frames[10]) + (frames[13] - frames[11])) / 10
    assert frames[12, 40:80] == pytest.approx(slope[:40], abs=1e-3)


def test_energy_is_the_logarithm_of_the_mean_power():
    seconds = np.arange(16_000) / 16_000
    frames = frame_features((0.5 * np.sin(2 * np.pi * 400 * seconds)).astype(np.float32), 16_000)
    assert frames[:, ENERGY] == pytest.approx(np.log(0.125), abs=0.02)


def test_pitch_is_in_semitones_with_a_flag(harmonic):
    frames = frame_features(np.concatenate([harmonic(220), np.zeros(8000, np.float32)]), 16_000)
    voiced = frames[:, VOICED] > 0
    assert set(frames[:, VOICED]) == {0.0, 1.0}
    assert frames[voiced, F0] == pytest.approx(24, abs=0.3)
    assert not frames[~voiced, F0].any()
    assert voiced.mean() == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("rate", [8_000, 22_050, 48_000])
def test_any_rate_sounds_the_same_below_its_limit(harmonic, rate):
    here, there = (frame_features(harmonic(180, 1.0, r, 0.2), r) for r in (rate, 16_000))
    assert abs(len(here) - len(there)) <= 1
    assert here[20:60, 80:115] == pytest.approx(there[20:60, 80:115], abs=0.3)  # up to 2.3 kHz
    assert here[20:60, F0] == pytest.approx(there[20:60, F0], abs=0.1)


def test_what_is_beyond_max_seconds_is_not_heard(harmonic):
    sound = harmonic(200, 2.0)
    cut = frame_features(sound, 16_000, FeatureSettings(max_seconds=0.5))
    assert cut == pytest.approx(frame_features(sound[:8000], 16_000))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_samples_that_are_no_numbers_are_refused(bad):
    with pytest.raises(FeatureError, match="no numbers"):
        frame_features(np.array([0.1, bad, 0.2], np.float32), 16_000)


def test_no_samples_are_refused():
    with pytest.raises(FeatureError, match="no samples"):
        frame_features(np.zeros(0, np.float32), 16_000)


def test_the_input_is_not_written_to(harmonic):
    sound = harmonic(200)
    before = sound.copy()
    frame_features(sound, 16_000)
    assert (sound == before).all()


def test_groups_are_averaged_and_pitch_over_voiced_frames_only():
    frames = np.zeros((5, len(NAMES)), np.float32)
    frames[:, 0] = [1, 2, 3, 6, 10]
    frames[:, F0], frames[:, VOICED] = [20, 0, 22, 0, 0], [1, 0, 1, 0, 0]
    found = strided(frames, 4)
    assert found.shape == (2, len(NAMES))
    assert list(found[:, 0]) == [3, 10]
    assert list(found[:, F0]) == [21, 0]
    assert list(found[:, VOICED]) == [0.5, 0]
    assert strided(frames, 1) is frames
