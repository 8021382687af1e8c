from __future__ import annotations

import numpy as np
import pytest

from merhan.features.frames import frame_features
from merhan.features.functionals import F0_NAMES, functional_names, functionals
from merhan.features.settings import FeatureSettings

SETTINGS = FeatureSettings()


def of(samples: np.ndarray, settings: FeatureSettings = SETTINGS) -> dict[str, float]:
    frames = frame_features(samples.astype(np.float32), 16_000, settings)
    vector = functionals(frames, settings, len(samples) / 16_000)
    assert vector.dtype == np.float32
    assert np.isfinite(vector).all()
    return dict(zip(functional_names(settings), vector.tolist(), strict=True))


def test_level_and_spread_of_pitch(harmonic):
    found = of(harmonic(220, 1.0))
    assert found["f0_mean"] == pytest.approx(24, abs=0.1)
    assert found["f0_p50"] == pytest.approx(24, abs=0.1)
    assert found["f0_deviation"] < 0.1
    assert found["voiced_share"] > 0.95


def test_a_glide_of_an_octave_a_second_has_that_slope(harmonic):
    seconds = np.arange(16_000) / 16_000
    found = of(harmonic(150 * 2**seconds, 1.0))
    assert found["f0_slope"] == pytest.approx(12, abs=0.3)
    assert found["f0_curve"] == pytest.approx(0, abs=0.5)
    assert found["f0_range"] == pytest.approx(0.8 * 12 * 0.98, abs=0.4)
    assert found["f0_end"] > 4 > -4 > found["f0_begin"]
    assert found["f0_peak_at"] > 0.9


def test_pitch_of_a_pause_does_not_count(harmonic):
    pause = np.zeros(8_000)
    found = of(np.concatenate([harmonic(220), pause, harmonic(220)]))
    assert found["f0_mean"] == pytest.approx(24, abs=0.2)
    assert found["pause_longest"] == pytest.approx(0.5, abs=0.06)
    assert found["pause_rate"] == pytest.approx(1 / 1.5, rel=0.1)
    assert found["voiced_rate"] == pytest.approx(2 / 1.5, rel=0.1)
    assert found["voiced_share"] == pytest.approx(2 / 3, abs=0.06)


def test_silence_around_speech_is_no_pause(harmonic):
    quiet = np.zeros(8_000)
    assert of(np.concatenate([quiet, harmonic(220), quiet]))["pause_longest"] == 0


def test_syllables_are_counted(harmonic):
    seconds = np.arange(32_000) / 16_000
    beat = 0.02 + (1 - np.cos(2 * np.pi * 4 * seconds)) / 2
    assert of(harmonic(200, 2.0) * beat)["syllable_rate"] == pytest.approx(4, abs=0.6)


def test_duration_and_a_fading_voice(harmonic):
    seconds = np.arange(32_000) / 16_000
    found = of(harmonic(200, 2.0) * np.exp(-seconds))
    assert found["log_duration"] == pytest.approx(np.log(2))
    assert found["energy_slope"] == pytest.approx(-2, abs=0.05)  # power falls twice as fast as amplitude
    assert found["energy_fall"] > 1


def test_spectral_shape_does_not_depend_on_level(harmonic):
    bright = np.diff(np.sign(harmonic(200, 1.0)), prepend=0.0)  # pulses, as far as 8 kHz
    loud, soft = of(0.4 * bright), of(0.04 * bright)
    for name in ("alpha_mean", "hammarberg_mean", "centroid_mean", "mfcc_1_mean"):
        assert soft[name] == pytest.approx(loud[name], abs=0.15)
    assert loud["mfcc_0_mean"] - soft["mfcc_0_mean"] == pytest.approx(8 * np.log(100), rel=0.05)


def test_a_brighter_voice_has_more_above_a_kilohertz(harmonic):
    dull = harmonic(200, 1.0)
    bright = np.diff(dull, prepend=0)
    assert of(bright)["alpha_mean"] > of(dull)["alpha_mean"] + 2
    assert of(bright)["hammarberg_mean"] < of(dull)["hammarberg_mean"] - 2


@pytest.mark.parametrize(
    "samples",
    [np.zeros(16_000), np.zeros(1), np.full(320, 0.5), np.random.default_rng(0).normal(0, 0.1, 900)],
    ids=["silence", "one sample", "0.02 s", "short noise"],
)
def test_case_1_7_finite_whatever_the_sound(samples):
    found = of(samples)
    assert all(found[name] == 0 for name in F0_NAMES) or found["voiced_share"] > 0


def test_other_settings_have_their_own_names():
    small = FeatureSettings(mfcc=13, mels=24)
    found = of(np.random.default_rng(0).normal(0, 0.1, 16_000), small)
    assert sum(name.startswith("mfcc") for name in found) == 3 * 13
