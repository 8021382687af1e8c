from __future__ import annotations

import numpy as np
import pytest

from augment import Audio, Chain, Sample, Saturate, generator
from augment.gates import Gates


def rms(samples: np.ndarray) -> float:
    return float(np.sqrt(np.mean(samples.astype(float) ** 2)))


def saturated(samples: np.ndarray, rate: int = 16_000, **params) -> np.ndarray:
    return Saturate().apply(Audio(samples, rate), **params).samples


@pytest.mark.parametrize("percent", [0.5, 2.0, 10.0, 50.0])
def test_hard_cuts_the_share_asked_for_to_one_height(vowel, percent):
    source = vowel(120.0, seconds=1.0, glide=0.1)
    copy = saturated(source, kind="hard", clipped=percent)
    height = np.abs(copy).max()
    assert np.mean(np.abs(copy) > height * 0.99999) == pytest.approx(percent / 100, abs=2e-4)
    below = np.abs(copy) < height * 0.9999
    ratio = copy[below] / np.where(source[below] == 0, 1, source[below])
    assert np.ptp(ratio[np.abs(source[below]) > 1e-3]) < 1e-4  # the rest is only as loud as it has to be


@pytest.mark.parametrize("drive_db", [0.0, 6.0, 12.0])
def test_soft_is_the_hyperbolic_tangent(drive_db):
    slow = np.sin(2 * np.pi * 100 * np.arange(16_000) / 16_000).astype(np.float32)
    loudest = np.percentile(np.abs(slow), 99.9)
    wanted = np.tanh(10 ** (drive_db / 20) * slow.astype(float) / loudest)
    copy = saturated(slow, kind="soft", drive_db=drive_db)
    np.testing.assert_allclose(copy[200:-200], (wanted * rms(slow) / rms(wanted))[200:-200], atol=2e-3)


@pytest.mark.parametrize("params", [{"kind": "hard", "clipped": 5.0}, {"kind": "soft", "drive_db": 12.0}])
def test_level_stays_peaks_fall_and_the_source_s_level_does_not_matter(vowel, params):
    source = vowel(120.0, seconds=1.0, glide=0.1)
    copy = saturated(source, **params)
    assert 20 * np.log10(rms(copy) / rms(source)) == pytest.approx(0, abs=0.01)
    assert np.abs(copy).max() < np.abs(source).max()
    np.testing.assert_allclose(saturated(source / 64, **params), copy / 64, atol=1e-6)


def test_soft_does_not_fold_the_third_harmonic_back():
    tone = (0.5 * np.sin(2 * np.pi * 4000 * np.arange(16_000) / 16_000)).astype(np.float32)
    tone += (0.5 * np.sin(2 * np.pi * 3700 * np.arange(16_000) / 16_000)).astype(np.float32)
    power = np.abs(np.fft.rfft(saturated(tone, kind="soft", drive_db=3.0) * np.hanning(16_000))) ** 2
    folded = power[4890:4911].max()  # 16000 - 3 * 3700
    assert 10 * np.log10(power.max() / folded) > 50


def test_a_full_scale_voice_passes_the_clipping_gate(vowel):
    voice = vowel(120.0, seconds=1.0, glide=0.1)
    source = Sample("a", Audio(voice / np.abs(voice).max(), 16_000), None)
    for strength in ("light", "medium", "strong", "voice"):
        for copy in range(10):
            made, _ = Chain([Saturate.preset(strength)])(source, generator(0, "a", copy))
            assert Gates().refuses(source, made, {"audio"}) is None


def test_one_click_does_not_decide_how_far_a_voice_is_driven(vowel):
    source = vowel(120.0, seconds=1.0, glide=0.1) / 8
    clicked = source.copy()
    clicked[5000] = 1.0
    driven, clean = (saturated(samples, kind="soft", drive_db=12.0) for samples in (clicked, source))
    crest = [np.percentile(np.abs(samples[6000:]), 99) / rms(samples[6000:]) for samples in (driven, clean)]
    assert crest[0] == pytest.approx(crest[1], rel=0.05)


def test_case_1_7_a_clip_of_almost_nothing_but_silence():
    source = np.zeros(16_000, dtype=np.float32)
    source[100:105] = 0.2
    for params in ({"kind": "hard", "clipped": 2.0}, {"kind": "soft", "drive_db": 9.0}):
        copy = saturated(source, **params)
        assert np.isfinite(copy).all()
        assert rms(copy) == pytest.approx(rms(source), rel=1e-3)
