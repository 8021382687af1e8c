from __future__ import annotations

import numpy as np
import pytest

from augment import Audio, TimeStretch
from augment.transform import AudioInfo


def stretched(samples: np.ndarray, rate: int, tempo: float) -> np.ndarray:
    return TimeStretch().apply(Audio(samples, rate), rate=tempo).samples


@pytest.mark.parametrize("tempo", [0.7, 0.93, 1.07, 1.4])
@pytest.mark.parametrize("f0", [95.0, 140.0, 230.0])
def test_length_is_exact_and_pitch_stays(vowel, pitch_of, f0, tempo):
    source = vowel(f0)
    copy = stretched(source, 16_000, tempo)
    assert len(copy) == round(len(source) / tempo)
    assert abs(1200 * np.log2(pitch_of(copy, 16_000) / f0)) < 10
    assert np.std(copy) == pytest.approx(np.std(source), rel=0.05)


def test_what_happens_when_moves_with_the_tempo():
    bursts = np.zeros(32_000, dtype=np.float32)
    tone = np.sin(2 * np.pi * 200 * np.arange(1600) / 16_000).astype(np.float32)
    for onset in (4000, 16_000, 27_000):
        bursts[onset : onset + 1600] = tone
    for tempo in (0.8, 1.25):
        copy = stretched(bursts, 16_000, tempo)
        loud = np.convolve(np.square(copy), np.ones(320) / 320, "same") > 0.1
        onsets = np.flatnonzero(np.diff(loud.astype(int)) == 1)
        np.testing.assert_allclose(onsets * tempo, [4000, 16_000, 27_000], atol=300)  # within 20 ms


@pytest.mark.parametrize(("frames", "tempo", "wanted"), [(300, 0.5, 600), (123, 0.5, 246), (512, 1.25, 410)])
def test_case_1_1_short_arrays(frames, tempo, wanted):
    source = np.random.default_rng(0).standard_normal(frames).astype(np.float32)
    copy = stretched(source, 16_000, tempo)
    assert len(copy) == wanted
    assert np.isfinite(copy).all()
    assert np.std(copy) > 0.5  # sound to its end, not zeros


def test_case_1_1_never_nothing_from_something():
    for frames in range(1, 12):
        source = np.full(frames, 0.5, dtype=np.float32)
        for tempo in (0.25, 0.9, 1.1, 4.0):
            copy = stretched(source, 16_000, tempo)
            assert len(copy) == max(1, round(frames / tempo))
            assert copy.max() > 0.2


def test_case_1_17_not_below_25_ms():
    source = np.random.default_rng(0).standard_normal(480).astype(np.float32)  # 30 ms
    assert len(stretched(source, 16_000, 4.0)) == 400
    assert len(stretched(source[:320], 16_000, 2.0)) == 160  # below 25 ms already


def test_no_hole_at_either_end(vowel):
    source = vowel(130.0, seconds=0.5)
    for tempo in (0.6, 0.93, 1.1, 1.7):
        copy = stretched(source, 16_000, tempo)
        whole = np.std(copy)
        assert np.std(copy[:160]) > 0.4 * whole
        assert np.std(copy[-160:]) > 0.4 * whole


def test_the_next_step_sees_the_new_duration():
    after = TimeStretch().info_after(AudioInfo(16_000, 1.0), {"rate": 1.25})
    assert after == AudioInfo(16_000, 0.8)
