from __future__ import annotations

import numpy as np
import pytest

from augment import Audio, Speed
from augment.transform import AudioInfo


def sped(samples: np.ndarray, rate: int, factor: float) -> np.ndarray:
    return Speed().apply(Audio(samples, rate), factor=factor).samples


@pytest.mark.parametrize("factor", [0.9, 0.96, 1.04, 1.1])
def test_pitch_formants_and_length_move_together(vowel, pitch_of, formants_of, factor):
    copy = sped(vowel(120.0, seconds=2.0), 16_000, factor)
    assert len(copy) == round(32_000 / factor)
    assert abs(1200 * np.log2(pitch_of(copy, 16_000) / (120 * factor))) < 2
    swept = formants_of(sped(vowel(120.0, seconds=2.0, glide=0.2), 16_000, factor), 16_000)
    np.testing.assert_allclose(swept[:4], np.array([700, 1220, 2600, 3500]) * factor, rtol=0.02)


def test_what_passes_the_nyquist_frequency_is_gone_not_folded():
    tone = np.sin(2 * np.pi * 7000 * np.arange(16_000) / 16_000).astype(np.float32)
    assert np.abs(sped(tone, 16_000, 1.5)[200:-200]).max() < 0.01


@pytest.mark.parametrize("frames", [*range(1, 40), 301, 1999])
def test_lengths_are_exact_down_to_one_sample(frames):
    source = np.linspace(-0.5, 0.5, frames, dtype=np.float32)
    for factor in (0.5, 0.97, 1.03, 2.0):
        shortest = 400 if frames >= 400 else 1
        assert len(sped(source, 16_000, factor)) == max(shortest, round(frames / factor))


def test_case_1_17_not_below_25_ms():
    assert len(sped(np.zeros(410, dtype=np.float32), 16_000, 2.0)) == 400


def test_the_next_step_sees_the_new_duration():
    assert Speed().info_after(AudioInfo(8000, 2.0), {"factor": 0.8}) == AudioInfo(8000, 2.5)
