"""Joined utterances: who, how long, in which order, and at which level."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

from augment import Audio, Chain, CopyPaste, Gain, OneOf, RandomSwap, Sample, Speed, generator, replay
from augment.audio.levels import mean_square
from augment.parameters import ParameterError

RATE = 16_000


def made(transform, sample, pool, seed=0):
    return Chain([transform])(sample, generator(seed, sample.id), pool=pool)


def pitches(samples):
    """The tones of (samples,) in their order, by letter."""
    heard = []
    for frame in samples[: len(samples) // 400 * 400].reshape(-1, 400):
        if mean_square(frame) > 0.02:
            peak = np.argmax(np.abs(np.fft.rfft(frame * np.hanning(400), 16_000)))
            heard.append("abcdefgh"[round((peak - 200) / 100)])
    return [name for at, name in enumerate(heard) if at == 0 or heard[at - 1] != name]


def test_length_texts_and_sounds_are_those_of_all_in_one_order(pool, sample):
    seen = set()
    for seed in range(30):
        joined, (step,) = made(CopyPaste(partners=(2, 2)), sample("a"), pool, seed)
        params = step["params"]
        assert sorted(params["partners"]) == ["b", "c"]
        order = [*params["partners"][: params["at"]], "a", *params["partners"][params["at"] :]]
        assert pitches(joined.audio.samples) == order
        lengths = [len(sample(name).audio.samples) for name in order]
        assert len(joined.audio.samples) == sum(lengths) + sum(round(p * RATE) for p in params["pauses"])
        assert all(0.1 <= pause <= 0.4 for pause in params["pauses"])
        wanted = " ".join({"a": "I found it.", "b": "Look at me.", "c": "we made it."}[n] for n in order)
        assert joined.text == wanted.removesuffix(".") + "." * (order[-1] == "a")
        assert joined.id == "a"
        seen.add(tuple(order))
    assert len(seen) == 6  # every order comes


def test_not_beyond_the_length_that_is_asked_for(pool, sample):
    long = len(tone := sample("a").audio.samples) / RATE
    for seed in range(10):
        joined, (step,) = made(
            CopyPaste(max_seconds=1.8, partners=(1, 3), pause=0.1), sample("a"), pool, seed
        )
        assert long < joined.audio.duration <= 1.8
        assert step["params"]["partners"] == ["b"]  # with c it would be longer
    same, (step,) = made(CopyPaste(max_seconds=1.0), sample("a"), pool)
    assert step["params"]["partners"] == []
    assert same.audio.samples is tone or np.array_equal(same.audio.samples, tone)
    assert same.text == sample("a").text


@pytest.mark.parametrize("name", ["d", "e", "f"])
def test_without_another_of_its_class_and_speaker_it_stays_as_it_is(pool, sample, name):
    same, (step,) = made(CopyPaste(), sample(name), pool)
    assert step["params"]["partners"] == []
    assert (same.text, same.audio.samples.tobytes()) == (
        sample(name).text,
        sample(name).audio.samples.tobytes(),
    )


def test_only_what_the_utterance_has(pool, sample):
    heard, _ = made(CopyPaste(partners=1), replace(sample("a"), text=None), pool)
    assert heard.text is None
    assert heard.audio.duration > 1.5
    read, (step,) = made(CopyPaste(partners=(2, 2), max_seconds=0.5), replace(sample("a"), audio=None), pool)
    assert read.audio is None
    assert len(step["params"]["partners"]) == 2  # a text has no seconds
    assert len(read.text.split()) == 9


def test_a_partner_of_another_rate_is_resampled(pool, sample):
    other = Audio(sample("a").audio.samples[::2].copy(), 8000)
    joined, (step,) = made(CopyPaste(partners=1, pause=0), replace(sample("a"), audio=other), pool)
    assert joined.audio.rate == 8000
    (partner,) = step["params"]["partners"]
    assert (
        len(joined.audio.samples)
        == (len(sample("a").audio.samples) + len(sample(partner).audio.samples)) // 2
    )


def test_levels_meet_half_way_and_six_db_at_most(pool, sample):
    quiet = replace(sample("a"), audio=Audio(sample("a").audio.samples * np.float32(0.5), RATE))  # -6 dB
    own = sample("b")
    for match, wanted in ((0.0, 1.0), (0.5, 10 ** (-3 / 20)), (1.0, 10 ** (-6 / 20))):
        params = {"partners": ["b"], "at": 1, "pauses": [0.2], "seed": 1}
        joined = CopyPaste(match=match).apply(quiet, pool=pool.around("a"), **params)
        first = joined.audio.samples[3000:10_000]
        assert np.abs(first).max() / np.abs(own.audio.samples[3000:10_000]).max() == pytest.approx(
            wanted, rel=0.06
        )
    faint = replace(sample("a"), audio=Audio(sample("a").audio.samples * np.float32(0.01), RATE))
    joined = CopyPaste(match=1.0).apply(faint, pool=pool.around("a"), **params)
    assert 20 * np.log10(
        np.abs(joined.audio.samples).max() / np.abs(own.audio.samples).max()
    ) == pytest.approx(-6, abs=0.1)


def test_a_replay_needs_the_pool_and_nothing_else(pool, sample):
    chain = Chain([CopyPaste(), Speed(scope="speaker"), RandomSwap()])
    copy, steps = chain(sample("a"), generator(0, "a"), generator(0, "anna", stream="voice"), pool)
    again = replay(sample("a"), json.loads(json.dumps(steps)), pool)
    assert (again.text, again.audio.samples.tobytes()) == (copy.text, copy.audio.samples.tobytes())
    with pytest.raises(ParameterError, match="copy_paste takes other utterances; hand in a pool of them"):
        replay(sample("a"), steps)
    with pytest.raises(ParameterError, match="copy_paste takes other utterances; hand in a pool of them"):
        chain(sample("a"), generator(0, "a"))


def test_joining_comes_first(pool):
    Chain([CopyPaste(), OneOf([CopyPaste(partners=1), CopyPaste(partners=2)]), Speed(scope="speaker")])
    with pytest.raises(ParameterError, match="copy_paste joins utterances; put it before gain"):
        Chain([Gain(), CopyPaste()])
    with pytest.raises(ParameterError, match="can't choose between joining utterances and other steps"):
        OneOf([Gain(), CopyPaste()])
    with pytest.raises(ParameterError, match="can't be drawn once a speaker"):
        CopyPaste(scope="speaker")


def test_what_is_drawn_after_it_sees_the_joined_length(pool, sample):
    told = []

    class Spy(Gain):
        def draw(self, rng, audio):
            told.append(audio.duration)
            return super().draw(rng, audio)

    joined, _ = Chain([CopyPaste(partners=2), Spy()])(sample("a"), generator(0, "a"), pool=pool)
    assert told == [joined.audio.duration]


def test_nothing_is_written_to(pool, sample):
    for name in "abc":
        pool.sample(name).audio.samples.setflags(write=False)
    source = sample("a")
    source.audio.samples.setflags(write=False)
    before = source.audio.samples.copy()
    made(CopyPaste(partners=2), source, pool)
    assert np.array_equal(before, source.audio.samples)


def test_silence_and_single_samples_join_without_nan(pool):
    for frames in (0, 1, 2, 300):
        for value in (0.0, 0.1):
            short = Sample("a", Audio(np.full(frames, value, np.float32), RATE), "x")
            joined, _ = made(CopyPaste(partners=2), short, pool)
            assert np.isfinite(joined.audio.samples).all()
            assert joined.audio.duration > 1
