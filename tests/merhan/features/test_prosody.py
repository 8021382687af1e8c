from __future__ import annotations

import numpy as np
import pytest

from merhan.features.prosody import PITCH_RATE, pitch, semitones


def heard(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return pitch(samples.astype(np.float32), max(1, len(samples) * 100 // PITCH_RATE - 2))


def cents(f0: np.ndarray, true: float | np.ndarray) -> np.ndarray:
    return 1200 * np.log2(f0 / true)


def harmonics(f0: float | np.ndarray, amplitudes: list[float], seconds: float = 1.0) -> np.ndarray:
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(f0, (round(seconds * PITCH_RATE),))) / PITCH_RATE
    wave = sum(a * np.sin(number * phase) for number, a in enumerate(amplitudes, 1))
    return 0.3 * wave / np.abs(wave).max()


@pytest.mark.parametrize("f0", [65, 90, 130, 220, 330, 480, 580])
@pytest.mark.parametrize(
    "amplitudes",
    [[1, 1 / 2, 1 / 3, 1 / 4, 1 / 5, 1 / 6], [1], [0.3, 1, 0.3, 0.5, 0.2], [0, 0.8, 1, 0.8, 0.5]],
    ids=["voice", "pure", "strong octave", "no fundamental"],
)
def test_tones_within_thirty_cents(f0, amplitudes):
    found, voiced = heard(harmonics(f0, amplitudes))
    assert voiced.mean() > 0.97
    assert np.abs(cents(found[voiced], f0)).max() < 30


@pytest.mark.parametrize("octaves", [1.5, -1.2])
def test_glides_are_followed(octaves):
    seconds = np.arange(PITCH_RATE) / PITCH_RATE
    begin = 120 if octaves > 0 else 300
    found, voiced = heard(harmonics(begin * 2 ** (octaves * seconds), [1, 0.5, 0.3, 0.2]))
    true = begin * 2 ** (octaves * (0.0125 + 0.01 * np.arange(len(found))))
    assert voiced.mean() > 0.97
    assert np.abs(cents(found[voiced], true[voiced])).max() < 30


def test_a_voice_in_noise_is_still_found():
    noise = np.random.default_rng(0).normal(0, 0.05, PITCH_RATE)
    found, voiced = heard(harmonics(150, [1, 0.7, 0.5, 0.4]) + noise)
    assert voiced.mean() > 0.95
    assert np.abs(cents(found[voiced], 150)).max() < 30


@pytest.mark.parametrize("slope", [0.0, 0.5, 1.0], ids=["white", "pink", "brown"])
def test_noise_is_unvoiced(slope):
    spectrum = np.fft.rfft(np.random.default_rng(1).normal(0, 1, 8 * PITCH_RATE))
    noise = np.fft.irfft(spectrum / np.arange(1, len(spectrum) + 1) ** slope)
    _, voiced = heard(0.3 * noise / np.abs(noise).max())
    assert voiced.mean() < 0.02


@pytest.mark.parametrize("sound", [np.zeros(8000), np.full(8000, 0.3), np.zeros(1)])
def test_silence_is_unvoiced(sound):
    f0, voiced = heard(sound)
    assert not voiced.any()
    assert not f0.any()


def test_only_the_tone_between_silences_is_voiced():
    sound = np.concatenate([np.zeros(4000), harmonics(200, [1, 0.5, 0.3]), np.zeros(4000)])
    _, voiced = heard(sound)
    centre = 0.0125 + 0.01 * np.arange(len(voiced))
    inside = (centre > 0.53) & (centre < 1.47)
    assert voiced[inside].all()
    assert not voiced[(centre < 0.45) | (centre > 1.55)].any()


def test_semitones_count_from_a1():
    assert semitones(np.array([0, 55, 110, 220 * 2 ** (1 / 12)])) == pytest.approx([0, 0, 12, 25], abs=1e-5)
