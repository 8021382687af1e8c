from __future__ import annotations

import numpy as np
import pytest
from scipy.signal import butter, sosfiltfilt

from augment.audio.kernels.room import distance_of, drr_of, room_response


def reverberation_time(response: np.ndarray, rate: int, octave: float) -> float:
    """T20 in s of an octave band by Schroeder's backward integration, the direct sound left out (ISO 3382)."""
    rest = np.r_[0, response[1:].astype(float), np.zeros(rate // 4)]
    band = [octave / np.sqrt(2), min(octave * np.sqrt(2), 0.49 * rate)]
    heard = sosfiltfilt(butter(4, band, "bandpass", fs=rate, output="sos"), rest)
    left = np.cumsum(heard[::-1] ** 2)[::-1]
    level = 10 * np.log10(left / left[0] + 1e-30)
    fit = np.flatnonzero((level <= -5) & (level >= -25))
    return -60 / np.polyfit(fit / rate, level[fit], 1)[0]


def mean_time(rate: int, rt60: float, octave: float, **room: float) -> float:
    room = {"drr_db": 3.0, "volume": 80.0, **room}
    return float(
        np.mean(
            [reverberation_time(room_response(rate, rt60, seed=s, **room), rate, octave) for s in range(8)]
        )
    )


@pytest.mark.parametrize("rate", [8000, 16_000, 44_100])
@pytest.mark.parametrize("rt60", [0.15, 0.3, 0.7, 1.5])
def test_reverberation_time_is_the_one_asked_for_and_shorter_above(rate, rt60):
    assert mean_time(rate, rt60, 500.0) == pytest.approx(rt60, rel=0.1)
    assert mean_time(rate, rt60, 1000.0) == pytest.approx(rt60, rel=0.1)
    if rate > 8000:
        assert mean_time(rate, rt60, 4000.0) == pytest.approx(0.75 * rt60, rel=0.1)


def test_one_response_alone_is_within_a_tenth():
    for seed in range(10):
        response = room_response(16_000, 0.6, 0.0, 200.0, seed)
        times = [reverberation_time(response, 16_000, octave) for octave in (500.0, 1000.0)]
        assert np.mean(times) == pytest.approx(0.6, rel=0.1)


@pytest.mark.parametrize("drr_db", [-10.0, 0.0, 12.0, 30.0])
@pytest.mark.parametrize("rate", [8000, 48_000])
def test_direct_sound_over_all_the_rest(drr_db, rate):
    response = room_response(rate, 0.4, drr_db, 60.0, seed=1).astype(float)
    assert response[0] == 1
    assert 10 * np.log10(1 / np.sum(response[1:] ** 2)) == pytest.approx(drr_db, abs=0.01)
    assert len(response) == np.ceil(0.4 * rate) + 1


def test_first_reflections_come_later_in_a_larger_room():
    def first(volume: float) -> float:
        found = []
        for seed in range(20):
            early = room_response(16_000, 0.5, distance_drr(volume), volume, seed)[1:]
            found.append(1 + np.argmax(early > 0.5 * early.max()))
        return float(np.median(found))

    def distance_drr(volume: float) -> float:
        return drr_of(1.0, 0.5, volume)

    assert first(30.0) < first(300.0) < first(3000.0)
    assert first(3000.0) > 0.005 * 16_000


def test_distance_and_ratio_are_two_names_of_one_thing():
    assert drr_of(0.057 * np.sqrt(2 * 60 / 0.5), 0.5, 60.0) == pytest.approx(0, abs=1e-9)
    assert drr_of(1.0, 0.5, 60.0) - drr_of(2.0, 0.5, 60.0) == pytest.approx(6.02, abs=0.01)
    assert distance_of(drr_of(1.7, 0.5, 60.0), 0.5, 60.0) == pytest.approx(1.7)


@pytest.mark.parametrize("volume", [5.0, 60.0, 20_000.0])
@pytest.mark.parametrize("rt60", [0.05, 0.3, 3.0])
@pytest.mark.parametrize("drr_db", [-20.0, 40.0])
def test_every_room_that_may_be_asked_for_is_finite(volume, rt60, drr_db):
    for seed in range(3):
        response = room_response(8000, rt60, drr_db, volume, seed)
        assert response.dtype == np.float32
        assert np.isfinite(response).all()


def test_seeds_are_rooms_and_a_room_repeats():
    one, again, other = (room_response(16_000, 0.3, 5.0, 60.0, seed) for seed in (1, 1, 2))
    assert one.tobytes() == again.tobytes()
    assert np.abs(np.corrcoef(one[1:], other[1:])[0, 1]) < 0.2
