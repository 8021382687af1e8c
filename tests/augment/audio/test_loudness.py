from __future__ import annotations

import numpy as np
import pytest

from augment import Audio, Loudness
from augment.audio.kernels.k_weighting import k_weighting
from augment.audio.loudness import integrated_loudness


def sine(rate: int, seconds: float, amplitude: float = 1.0, hertz: float = 997.0) -> np.ndarray:
    return (amplitude * np.sin(2 * np.pi * hertz * np.arange(round(seconds * rate)) / rate)).astype(
        np.float32
    )


def speech(rate: int, seconds: float, rng: np.random.Generator) -> np.ndarray:
    """Noise that falls by the octave, in syllables, with pauses and a soft and a loud half."""
    count = round(seconds * rate)
    spectrum = np.fft.rfft(rng.standard_normal(count))
    spectrum /= np.maximum(np.arange(len(spectrum)) / seconds, 100)
    time = np.arange(count) / rate
    swell = np.clip(np.sin(2 * np.pi * 3 * time), 0, 1) * np.where(time % 2 < 1.4, 1, 0.001)
    sound = np.fft.irfft(spectrum, count) * swell * np.where(time < seconds / 2, 0.3, 1)
    return (0.4 * sound / np.abs(sound).max()).astype(np.float32)


def test_the_filters_are_those_that_the_standard_prints_for_48_khz():
    shelf, high_pass = k_weighting(48_000)
    printed = [1.53512485958697, -2.69169618940638, 1.19839281085285, -1.69065929318241, 0.73248077421585]
    np.testing.assert_allclose(shelf, printed, atol=1e-10)
    np.testing.assert_allclose(high_pass, [1, -2, 1, -1.99004745483398, 0.99007225036621], atol=1e-10)


@pytest.mark.parametrize("rate", [8000, 11_025, 16_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize(("amplitude", "lufs"), [(1.0, -3.01), (0.1, -23.01)])
def test_the_sine_of_997_hz_has_the_loudness_that_the_standard_says(rate, amplitude, lufs):
    assert integrated_loudness(sine(rate, 5, amplitude), rate) == pytest.approx(lufs, abs=0.1)


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
@pytest.mark.parametrize("seconds", [0.4, 0.73, 4.0, 15.0])
def test_agrees_with_pyloudnorm(rate, seconds, rng):
    meter = pytest.importorskip("pyloudnorm").Meter(rate, filter_class="DeMan")
    for sound in (speech(rate, seconds, rng), sine(rate, seconds, 0.2, 300.0)):
        expected = meter.integrated_loudness(sound.astype(float))
        assert integrated_loudness(sound, rate) == pytest.approx(expected, abs=0.1)


def test_pauses_do_not_count(rng):
    tone = sine(16_000, 4, 0.1)
    paused = np.concatenate([tone, np.zeros(64_000, np.float32), tone])
    assert integrated_loudness(paused, 16_000) == pytest.approx(
        -23.01, abs=0.25
    )  # half-filled blocks at the ends
    hum = np.concatenate([tone, 10 ** (-25 / 20) * tone])  # 25 LU softer, but no silence
    assert integrated_loudness(hum, 16_000) == pytest.approx(-23.01, abs=0.15)


@pytest.mark.parametrize("rate", [8000, 16_000, 48_000])
@pytest.mark.parametrize("lufs", [-35.0, -30.0, -25.0])
def test_a_clip_comes_to_the_loudness_asked_for(rate, lufs, rng):
    source = speech(rate, 3.0, rng)
    changed = Loudness().apply(Audio(source, rate), lufs=lufs).samples
    assert integrated_loudness(changed, rate) == pytest.approx(lufs, abs=0.01)
    np.testing.assert_allclose(changed / np.abs(changed).max(), source / np.abs(source).max(), atol=1e-6)


def test_case_1_11_the_gain_stops_before_the_peak_clips(rng):
    source = 0.01 * speech(16_000, 2.0, rng)
    source[8000] = 0.5
    changed = Loudness().apply(Audio(source, 16_000), lufs=-10.0).samples
    assert np.abs(changed).max() == pytest.approx(0.99, abs=1e-6)
    loud = Loudness().apply(Audio(sine(16_000, 1.0), 16_000), lufs=-5.0).samples
    assert np.abs(loud).max() < 1


@pytest.mark.parametrize("frames", [1, 16, 400, 6399])
def test_case_1_1_a_clip_of_less_than_400_ms_is_one_block(frames):
    source = sine(16_000, 1.0, 0.1)[37 : 37 + frames]
    changed = Loudness().apply(Audio(source, 16_000), lufs=-20.0).samples
    assert integrated_loudness(changed, 16_000) == pytest.approx(-20, abs=0.01)
    if frames > 3000:
        assert integrated_loudness(source, 16_000) == pytest.approx(-23.01, abs=0.2)


def test_case_1_7_silence_is_left_alone_with_a_warning():
    for silence in (np.zeros(16_000, np.float32), sine(16_000, 1.0, 1e-4), np.zeros(5, np.float32)):
        with pytest.warns(UserWarning, match="below -70 LUFS is silence"):
            changed = Loudness()(silence, 16_000, np.random.default_rng(0))
        np.testing.assert_array_equal(changed, silence)
    assert integrated_loudness(np.zeros(0, np.float32), 16_000) == -np.inf
