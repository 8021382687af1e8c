from __future__ import annotations

import numpy as np
import pytest

from augment.audio.kernels.voicing import voiced_seconds


def voice(pitch: float, seconds: float = 1.0, rate: int = 16_000) -> np.ndarray:
    time = np.arange(round(seconds * rate)) / rate
    return sum(0.1 / k * np.sin(2 * np.pi * pitch * k * time) for k in range(1, 15)).astype(np.float32)


@pytest.mark.parametrize("rate", [8000, 16_000, 22_050, 44_100, 48_000])
@pytest.mark.parametrize("pitch", [75, 120, 220, 350])
def test_a_voice_is_voiced_throughout(rate, pitch):
    assert voiced_seconds(voice(pitch, rate=rate), rate) == pytest.approx(1.0, abs=0.07)


def test_noise_and_silence_are_not():
    noise = np.random.default_rng(0).standard_normal(16_000).astype(np.float32)
    assert voiced_seconds(noise, 16_000) < 0.05
    assert voiced_seconds(np.zeros(16_000, dtype=np.float32), 16_000) == 0


def test_counts_the_voiced_part_alone():
    noise = 0.01 * np.random.default_rng(0).standard_normal(16_000).astype(np.float32)
    noise[:8000] += voice(150, 0.5)
    assert voiced_seconds(noise, 16_000) == pytest.approx(0.5, abs=0.07)


def test_an_offset_is_no_voice():
    noise = 0.3 + 0.05 * np.random.default_rng(0).standard_normal(16_000)
    assert voiced_seconds(noise.astype(np.float32), 16_000) < 0.05


@pytest.mark.parametrize("count", [0, 1, 100, 700])
def test_too_short_to_tell(count):
    assert voiced_seconds(voice(150)[:count], 16_000) == 0


def test_a_voice_in_noise_is_found_down_to_10_db():
    spoken = voice(150)
    noise = np.random.default_rng(1).standard_normal(16_000) * np.sqrt(np.mean(spoken**2) / 10)
    assert voiced_seconds((spoken + noise).astype(np.float32), 16_000) > 0.8
