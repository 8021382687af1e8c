from __future__ import annotations

import numpy as np
import pytest

from augment.audio.contours import at_samples, balanced, intonation_contour, loudness, random_contour

WEIGHT = np.abs(np.sin(np.arange(300) / 20))


@pytest.mark.parametrize("frames", [60, 300, 2000])
@pytest.mark.parametrize("points", [0.5, 3.0, 8.0])
def test_a_random_contour_is_balanced_and_reaches_one(frames, points):
    weight = np.abs(np.sin(np.arange(frames) / 20))
    contours = [random_contour(frames, points, seed, weight) for seed in range(5)]
    for contour in contours:
        assert np.abs(contour).max() <= 1 + 1e-12
        assert contour.mean() == pytest.approx(0, abs=1e-9)
        assert (contour * weight).sum() == pytest.approx(0, abs=1e-6)
    assert np.median([np.abs(contour).max() for contour in contours]) == pytest.approx(1)
    assert abs(np.corrcoef(contours[0], contours[1])[0, 1]) < 0.99


@pytest.mark.parametrize("frames", [1, 2, 3, 10, 30])
def test_in_a_clip_of_few_frames_it_does_not_blow_up_what_is_left(frames):
    weight = np.linspace(0.2, 1, frames)
    for seed in range(20):
        contour = random_contour(frames, 3.0, seed, weight)
        assert np.isfinite(contour).all()
        assert np.abs(np.diff(contour)).max(initial=0) < 0.301


def test_it_goes_slowly():
    contour = random_contour(1000, 3.0, 0, np.ones(1000))
    power = np.abs(np.fft.rfft(contour)) ** 2  # 0.1 Hz a bin
    assert power[:30].sum() > 0.99 * power.sum()
    turns = np.count_nonzero(np.diff(np.sign(np.diff(contour))))
    assert 5 < turns < 30  # in ten seconds


def test_an_intonation_is_the_deviation_from_the_mean_in_semitones():
    swing = 2 * np.sin(2 * np.pi * np.arange(400) / 100)
    f0 = 120 * 2 ** (swing / 12)
    np.testing.assert_allclose(intonation_contour(f0)[10:-10], swing[10:-10], atol=0.08)
    f0[150:170] = 0  # an unvoiced sound
    np.testing.assert_allclose(intonation_contour(f0)[20:140], swing[20:140], atol=0.25)


def test_octave_slips_are_no_intonation():
    f0 = np.full(200, 120.0)
    f0[90:100] = 240
    np.testing.assert_allclose(intonation_contour(f0), 0, atol=1e-9)
    np.testing.assert_array_equal(intonation_contour(np.zeros(50)), 0)


def test_balanced_takes_out_both_means():
    course = balanced(np.random.default_rng(0).standard_normal(300) + 5, WEIGHT)
    assert course.mean() == pytest.approx(0, abs=1e-12)
    assert (course * WEIGHT).sum() == pytest.approx(0, abs=1e-9)
    np.testing.assert_allclose(balanced(np.array([1.0, 3.0]), np.ones(2)), [-1, 1])


def test_loudness_is_one_where_it_is_loudest():
    sound = np.concatenate([np.full(16_000, 0.1), np.full(16_000, 0.4)]).astype(np.float32)
    heard = loudness(sound, 16_000)
    assert heard.shape == (201,)
    assert heard.max() == pytest.approx(1)
    assert heard[20] == pytest.approx(0.25, rel=0.01)


def test_at_samples_joins_the_frames():
    np.testing.assert_allclose(
        at_samples(np.array([0.0, 1.0, 0.0]), 321, 16_000)[[0, 80, 160, 240, 320]], [0, 0.5, 1, 0.5, 0]
    )
