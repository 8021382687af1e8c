"""Speech under speech: whose, how loud, how long."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from augment import Audio, Chain, Overlay, generator, replay
from augment.audio.levels import mean_square
from augment.pairs.background import levelled, looped
from augment.parameters import ParameterError

RATE = 16_000


def laid(sample, pool, seed=0, **arguments):
    made, (step,) = Chain([Overlay(**arguments)])(sample, generator(seed, sample.id), pool=pool)
    return made.audio.samples, step["params"]


def test_the_ratio_is_right_over_the_whole_clip(pool, sample):
    source = sample("c")
    for seed in range(6):
        samples, params = laid(source, pool, seed)
        behind = samples.astype(np.float64) - source.audio.samples
        ratio = 10 * np.log10(mean_square(source.audio.samples) / mean_square(behind))
        assert ratio == pytest.approx(params["snr_db"], abs=0.05)
        assert 15 <= params["snr_db"] <= 30
        assert params["partners"][0] in "ef"
        assert len(samples) == len(source.audio.samples)


def test_what_is_behind_is_the_partner(pool, sample):
    samples, params = laid(sample("a"), pool, snr_db=20)
    spectrum = np.abs(np.fft.rfft(samples - sample("a").audio.samples, RATE))
    assert np.argmax(spectrum) == pytest.approx(200 + 100 * "abcdef".index(params["partners"][0]), abs=2)


def test_with_one_speaker_alone_another_utterance_of_theirs(sample):
    from augment import Member, Pool

    pool = Pool([Member("a", "joy", "anna"), Member("b", "joy", "anna")], sample)
    assert laid(sample("a"), pool)[1]["partners"] == ["b"]
    alone = Pool([Member("a", "joy", "anna")], sample)
    samples, params = laid(sample("a"), alone)
    assert params["partners"] == []
    assert np.array_equal(samples, sample("a").audio.samples)


def test_another_rate_is_met(pool, sample):
    source = replace(sample("a"), audio=Audio(sample("a").audio.samples[::2].copy(), 8000))
    samples, params = laid(source, pool, snr_db=20)
    assert len(samples) == len(source.audio.samples)
    spectrum = np.abs(np.fft.rfft(samples - source.audio.samples, 8000))
    assert np.argmax(spectrum) == pytest.approx(200 + 100 * "abcdef".index(params["partners"][0]), abs=2)


def test_case_1_7_silence_is_left_alone_and_said(pool, sample):
    silent = replace(sample("a"), audio=Audio(np.zeros(8000, np.float32), RATE))
    with pytest.warns(UserWarning, match="overlay: a silent clip has no signal-to-noise ratio"):
        samples, _ = laid(silent, pool)
    assert not samples.any()


def test_a_replay_gives_the_same_bytes(pool, sample):
    made, steps = Chain([Overlay()])(sample("a"), generator(3, "a"), pool=pool)
    assert replay(sample("a"), steps, pool).audio.samples.tobytes() == made.audio.samples.tobytes()
    with pytest.raises(ParameterError, match="overlay takes other utterances; hand in a pool of them"):
        replay(sample("a"), steps)


def test_in_python_without_a_chain(pool, sample):
    source = sample("a").audio.samples
    made = Overlay(snr_db=20)(source, RATE, generator(0, "a"), pool=pool)
    assert 10 * np.log10(mean_square(source) / mean_square(made - source)) == pytest.approx(20, abs=0.05)
    with pytest.raises(ParameterError, match="overlay takes other utterances"):
        Overlay()(source, RATE, generator(0, "a"))


def test_it_comes_round_without_a_click():
    tone = np.sin(2 * np.pi * 300 * np.arange(1000) / RATE + 1).astype(np.float32)  # starts and ends abruptly
    around = looped(tone, 0.5, 2500, RATE)
    assert len(around) == 2500
    assert np.array_equal(around[:400], tone[500:900])
    assert np.array_equal(around[1000:1400], around[:400])
    assert np.abs(np.diff(around)).max() < 1.2 * np.abs(np.diff(tone)).max()
    cut = looped(tone, 0.25, 300, RATE)
    assert np.array_equal(cut, tone[250:550])
    assert not looped(np.zeros(0, np.float32), 0.5, 5, RATE).any()


def test_a_pause_is_not_blown_up():
    whole = np.concatenate([np.full(1000, 0.5), np.full(1000, 0.0005)]).astype(np.float32)
    assert mean_square(levelled(whole[:1000], whole)) == pytest.approx(1)
    assert mean_square(levelled(whole[1000:], whole)) == pytest.approx(2e-5, rel=0.01)
    assert not levelled(np.zeros(5, np.float32), np.zeros(9, np.float32)).any()
