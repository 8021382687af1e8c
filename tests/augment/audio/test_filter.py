from __future__ import annotations

import numpy as np
import pytest

from augment import Audio, Chain, Filter, Sample, generator, replay
from augment.audio.filter import butterworth
from augment.parameters import ParameterError
from augment.transform import VOICE_INFO


def gain_db(step: Filter, rate: int, hertz: float, **edges: float | None) -> float:
    """How much a long tone of `hertz` gains, away from its ends."""
    time = np.arange(4 * rate) / rate
    tone = np.sin(2 * np.pi * hertz * time).astype(np.float32)
    out = step.apply(Audio(tone, rate), **edges).samples[rate : 3 * rate]
    return 20 * np.log10(np.std(out) / np.std(tone[rate : 3 * rate]))


@pytest.mark.parametrize("order", [2, 4, 6, 8])
@pytest.mark.parametrize("rate", [8000, 16_000, 44_100])
def test_three_decibels_at_the_cut_off_and_six_an_octave_for_each_order(order, rate):
    low, high = {"low_hz": None, "high_hz": 500.0}, {"low_hz": 1000.0, "high_hz": None}
    step = Filter(order=order)
    assert gain_db(step, rate, 500.0, **low) == pytest.approx(-3.01, abs=0.05)
    assert gain_db(step, rate, 1000.0, **high) == pytest.approx(-3.01, abs=0.05)
    assert gain_db(step, rate, 1000.0, **low) == pytest.approx(-6.02 * order, abs=0.3)
    assert gain_db(step, rate, 500.0, **high) == pytest.approx(-6.02 * order, abs=0.3)
    assert gain_db(step, rate, 100.0, **low) == pytest.approx(0, abs=0.01)
    assert gain_db(step, rate, 3500.0, **high) == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize(
    ("hertz", "decibels"), [(150.0, -24.1), (300.0, -3.01), (1000.0, 0.0), (3400.0, -3.01), (6800.0, -24.1)]
)
def test_the_telephone_band(hertz, decibels):
    drawn = Filter(kind="telephone").draw(np.random.default_rng(0), None)
    assert drawn == {"low_hz": 300.0, "high_hz": 3400.0}
    assert gain_db(Filter(), 16_000, hertz, **drawn) == pytest.approx(decibels, abs=0.1)


@pytest.mark.parametrize("rate", [8000, 16_000, 48_000])
@pytest.mark.parametrize("order", [2, 8])
@pytest.mark.parametrize(
    "edges", [(None, 3400.0), (20.0, None), (60.0, None), (300.0, 3400.0), (None, 7000.0)]
)
def test_the_whole_response_is_butterworths_and_has_no_phase(rate, order, edges):
    click = np.zeros(60_001, dtype=np.float32)
    click[30_000] = 1
    out = Filter(order=order).apply(Audio(click, rate), low_hz=edges[0], high_hz=edges[1]).samples
    np.testing.assert_allclose(out[:30_000], out[:30_000:-1], atol=1e-6)  # even about the click: no delay
    response = np.abs(np.fft.rfft(out.astype(float)))
    expected = butterworth(np.arange(30_001) * rate / 60_001, *edges, order)
    np.testing.assert_allclose(response, expected, atol=0.003)
    heard = expected > 0.01
    np.testing.assert_allclose(20 * np.log10(response[heard] / expected[heard]), 0, atol=0.1)


def test_a_low_pass_above_half_the_rate_leaves_a_file_as_it_is(vowel):
    source = vowel(120.0, rate=8000)
    out = Filter().apply(Audio(source, 8000), low_hz=None, high_hz=7500.0).samples
    np.testing.assert_allclose(out, source, atol=0.01 * np.abs(source).max())


@pytest.mark.parametrize("frames", [1, 2, 255, 1536, 4096, 30_011])
def test_length_and_time_are_kept_in_clips_of_any_length(frames, rng):
    source = rng.standard_normal(frames).astype(np.float32)
    out = Filter().apply(Audio(source, 16_000), low_hz=100.0, high_hz=7000.0).samples
    assert out.shape == source.shape
    padded = np.zeros(frames + 40_000, dtype=np.float32)
    padded[20_000 : 20_000 + frames] = source
    alone = Filter().apply(Audio(padded, 16_000), low_hz=100.0, high_hz=7000.0).samples
    np.testing.assert_allclose(out, alone[20_000 : 20_000 + frames], atol=1e-5)


def test_cut_offs_are_drawn_evenly_by_the_octave():
    step = Filter(kind="low_pass", high_hz=(1000.0, 4000.0))
    drawn = [step.draw(np.random.default_rng(seed), None) for seed in range(400)]
    assert all(params["low_hz"] is None for params in drawn)
    cut_offs = np.array([params["high_hz"] for params in drawn])
    assert 1000 <= cut_offs.min() < 1050
    assert 3800 < cut_offs.max() <= 4000
    assert np.mean(cut_offs < 2000) == pytest.approx(0.5, abs=0.08)


def test_what_a_kind_leaves_open_is_none():
    drawn = {
        kind: Filter(kind=kind).draw(np.random.default_rng(0), None) for kind in ("low_pass", "high_pass")
    }
    assert drawn["low_pass"]["low_hz"] is None
    assert drawn["high_pass"]["high_hz"] is None
    band = Filter(kind="band_pass").draw(np.random.default_rng(0), None)
    assert 60 <= band["low_hz"] <= 250
    assert 3000 <= band["high_hz"] <= 7000


def test_a_voice_has_one_filter_and_its_replay_needs_no_recipe(vowel):
    chain = Chain([Filter.preset("voice")])
    sample = Sample("a", Audio(vowel(120.0, seconds=0.3), 16_000), None)
    made = [chain(sample, generator(0, key), generator(0, "KS", 1, stream="voice")) for key in ("a", "b")]
    assert made[0][1] == made[1][1]
    assert made[0][1][0]["settings"] == {"order": 2}
    again = replay(sample, made[0][1]).audio.samples
    assert again.tobytes() == made[0][0].audio.samples.tobytes() == made[1][0].audio.samples.tobytes()


def test_case_1_5_a_voices_filter_fits_files_of_any_rate(vowel):
    params = Filter.preset("voice").draw(np.random.default_rng(0), VOICE_INFO)
    for rate in (8000, 48_000):
        source = vowel(120.0, rate=rate, seconds=0.5)
        out = Filter(order=2).apply(Audio(source, rate), **params).samples
        assert 0.5 < np.std(out) / np.std(source) < 1.01


def test_a_band_needs_low_below_high():
    with pytest.raises(ParameterError, match="low_hz: up to 3500 Hz, and high_hz from 3000 Hz"):
        Filter(kind=["low_pass", "band_pass"], low_hz=(60, 3500))
    assert Filter(kind="high_pass", low_hz=(60, 3500)).low_hz == (60, 3500)
    with pytest.raises(ParameterError, match="order: 5 is not one of 2, 4, 6, 8"):
        Filter(order=5)
