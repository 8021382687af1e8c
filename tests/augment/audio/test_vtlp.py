from __future__ import annotations

import numpy as np
import pytest

from augment import Audio, Vtlp
from augment.audio.kernels.tract import source_bins, warp_envelope

FORMANTS = np.array([700, 1220, 2600, 3500])


def warped(samples: np.ndarray, factor: float, rate: int = 16_000) -> np.ndarray:
    return Vtlp().apply(Audio(samples, rate), factor=factor).samples


@pytest.mark.parametrize(
    ("f0", "factor"), [(120.0, 0.9), (120.0, 0.95), (120.0, 1.1), (220.0, 0.9), (220.0, 1.1)]
)
def test_formants_move_by_the_factor_and_pitch_does_not(vowel, pitch_of, formants_of, f0, factor):
    copy = warped(vowel(f0, seconds=2.0), factor)
    assert abs(1200 * np.log2(pitch_of(copy, 16_000) / f0)) < 1
    swept = formants_of(warped(vowel(f0, seconds=2.0, glide=0.2), factor), 16_000)
    np.testing.assert_allclose(swept[:4], FORMANTS * factor, rtol=0.03)


@pytest.mark.parametrize("factor", [0.9, 1.1])
def test_praat_hears_the_same(vowel, factor):
    praat = pytest.importorskip("parselmouth")
    source = vowel(130.0, seconds=1.5, glide=0.1)
    sounds = [praat.Sound(samples.astype(float), 16_000) for samples in (source, warped(source, factor))]
    pitches = [sound.to_pitch(0.01, 75, 400).selected_array["frequency"] for sound in sounds]
    voiced = (pitches[0] > 0) & (pitches[1] > 0)
    assert voiced.mean() > 0.9
    assert abs(np.median(1200 * np.log2(pitches[1][voiced] / pitches[0][voiced]))) < 1
    before = sounds[0].to_formant_burg(0.01, 5, 5000, 0.05, 50)
    after = sounds[1].to_formant_burg(0.01, 5, 5000 * factor, 0.05, 50)
    times = np.arange(0.1, 1.4, 0.02)
    moved = [
        np.median([after.get_value_at_time(number, t) / before.get_value_at_time(number, t) for t in times])
        for number in (1, 2, 3)
    ]
    assert moved == pytest.approx([factor] * 3, abs=0.035)
    assert np.exp(np.mean(np.log(moved))) == pytest.approx(factor, abs=0.015)


@pytest.mark.parametrize("rate", [8000, 16_000, 44_100])
@pytest.mark.parametrize("factor", [0.8, 0.9, 1.1, 1.25])
def test_the_warp_is_that_of_the_paper(rate, factor):
    bins = 513
    hertz = np.linspace(0, rate / 2, bins)
    source = source_bins(np.array([factor]), bins, rate)[0] * (rate / 2 / (bins - 1))
    edge = {8000: 3200, 16_000: 4800, 44_100: 13_230}[rate] * min(factor, 1)
    np.testing.assert_allclose(source[hertz <= edge], hertz[hertz <= edge] / factor, rtol=1e-5)
    assert (np.diff(source) > 0).all()
    assert source[-1] == pytest.approx(rate / 2)


def test_no_end_of_the_band_is_left_empty(vowel):
    noise = np.random.default_rng(0).standard_normal(32_000).astype(np.float32) * np.float32(0.1)
    for factor in (0.9, 1.1):
        power = np.abs(np.fft.rfft(warped(noise, factor))) ** 2
        bands = power[1:].reshape(-1, 1000).mean(axis=1)
        assert bands.max() < 1.3 * bands.min()


def test_level_timing_and_a_factor_of_one(vowel):
    source = np.concatenate(
        [vowel(120.0, seconds=0.3), np.zeros(3200, np.float32), vowel(180.0, seconds=0.3)]
    )
    np.testing.assert_allclose(warped(source, 1.0), source, atol=2e-6)
    copy = warped(source, 1.1)
    assert len(copy) == len(source)
    assert np.mean(copy**2) == pytest.approx(np.mean(source**2), rel=1e-4)
    np.testing.assert_array_equal(copy[4800 + 1024 : 8000 - 1024], 0)


def test_a_factor_that_moves_is_followed(vowel, formants_of):
    source = vowel(120.0, seconds=2.0, glide=0.2)
    factors = np.repeat([0.9, 1.1], 16_000)
    copy = warp_envelope(source, 16_000, factors)
    for half, factor in ((slice(0, 15_500), 0.9), (slice(16_500, None), 1.1)):
        np.testing.assert_allclose(formants_of(copy[half], 16_000)[:3], FORMANTS[:3] * factor, rtol=0.03)


@pytest.mark.parametrize("frames", [1, 2, 31, 255, 513])
def test_case_1_1_below_a_frame(frames):
    source = np.random.default_rng(0).uniform(-0.5, 0.5, frames).astype(np.float32)
    copy = warped(source, 1.1)
    assert copy.shape == (frames,)
    assert np.isfinite(copy).all()
