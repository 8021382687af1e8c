from __future__ import annotations

import numpy as np
import pytest

from augment import Audio, PitchShift
from augment.parameters import ParameterError

FORMANTS = np.array([700.0, 1220.0, 2600.0, 3500.0])


def shifted(samples: np.ndarray, rate: int, semitones: float, formants: str = "keep") -> np.ndarray:
    return PitchShift(formants=formants).apply(Audio(samples, rate), semitones=semitones).samples


def cents(measured: float, wanted: float) -> float:
    return abs(1200 * np.log2(measured / wanted))


@pytest.mark.parametrize("formants", ["keep", "move"])
@pytest.mark.parametrize("semitones", [-3.0, -0.5, 0.5, 3.0])
@pytest.mark.parametrize("f0", [95.0, 140.0, 230.0])
def test_pitch_is_right_within_ten_cents_and_duration_to_the_sample(vowel, pitch_of, f0, semitones, formants):
    source = vowel(f0)
    copy = shifted(source, 16_000, semitones, formants)
    assert len(copy) == len(source)
    assert cents(pitch_of(copy, 16_000), f0 * 2 ** (semitones / 12)) < 10


@pytest.mark.parametrize("semitones", [-2.0, -1.0, 1.0, 2.0])
@pytest.mark.parametrize("f0", [110.0, 160.0, 220.0])
def test_keep_leaves_the_formants(vowel, formants_of, f0, semitones):
    source = vowel(f0, seconds=2.0, glide=0.2)
    there, here = (formants_of(sound, 16_000) for sound in (source, shifted(source, 16_000, semitones)))
    for formant in FORMANTS:
        before, after = (measured[np.abs(measured - formant).argmin()] for measured in (there, here))
        assert after == pytest.approx(before, rel=0.03)


@pytest.mark.parametrize("semitones", [-2.0, 2.0])
def test_move_shifts_the_formants_by_the_factor(vowel, formants_of, semitones):
    measured = formants_of(shifted(vowel(110.0, seconds=2.0, glide=0.2), 16_000, semitones, "move"), 16_000)
    np.testing.assert_allclose(measured[:4], FORMANTS * 2 ** (semitones / 12), rtol=0.03)


@pytest.mark.parametrize("semitones", [-2.0, 2.0])
def test_keep_leaves_the_loudness_and_the_treble(vowel, semitones):
    noise = np.random.default_rng(0).standard_normal(32_000).astype(np.float32) * np.float32(0.1)
    copy = shifted(noise, 16_000, semitones)
    spectrum = np.abs(np.fft.rfft(copy.astype(float))) ** 2
    middle, top = spectrum[8000:12_000].mean(), spectrum[14_200:14_700].mean()  # 4 to 6, 7.1 to 7.35 kHz
    assert abs(10 * np.log10(top / middle)) < 1.5  # two semitones down, "move" loses 40 dB there
    assert np.std(copy) == pytest.approx(np.std(noise), rel=0.15)


@pytest.mark.parametrize("rate", [8000, 11_025, 16_000, 44_100, 48_000])
@pytest.mark.parametrize("semitones", [-0.9, 1.1])
def test_case_1_5_every_rate_and_ranges_under_a_semitone(vowel, pitch_of, rate, semitones):
    copy = shifted(vowel(150.0, rate, 0.5), rate, semitones)
    assert cents(pitch_of(copy, rate), 150 * 2 ** (semitones / 12)) < 10


def test_no_shift_is_no_change(vowel):
    source = vowel(120.0, seconds=0.3)
    copy = shifted(source, 16_000, 0.0)
    np.testing.assert_array_equal(copy, source)
    assert copy is not source


def test_ranges_out_of_bounds_are_refused_at_construction():
    with pytest.raises(ParameterError, match=r"semitones: \[-13, 1\] is outside -12 to 12 semitones"):
        PitchShift(semitones=(-13, 1))
    with pytest.raises(ParameterError, match="formants: 'bend' is not one of keep, move"):
        PitchShift(formants="bend")
    with pytest.raises(ParameterError, match="runs backwards"):
        PitchShift(semitones=(1, -1))


def test_draws_fill_the_union_of_intervals(rng):
    step = PitchShift(semitones=[[-2, -0.8], [0.8, 2]])
    drawn = np.array([step.draw(rng, None)["semitones"] for _ in range(400)])
    assert ((np.abs(drawn) >= 0.8) & (np.abs(drawn) <= 2)).all()
    assert 150 < (drawn > 0).sum() < 250
