"""Noise made of other utterances."""

from __future__ import annotations

import json
import pickle

import numpy as np
import pytest

from augment import AddNoise, Audio, Chain, Member, Pool, Sample, generator, replay
from augment.audio.levels import mean_square
from augment.parameters import ParameterError

RATE = 16_000


def tone(key):
    """The pitch of a letter, between 0.5 and 1 s; (samples,)."""
    number = ord(key) - ord("a")
    time = np.arange(8000 + 800 * number) / RATE
    return Sample(
        key,
        Audio(
            (0.1 * (1 + number) * np.sin(2 * np.pi * (300 + 200 * number) * time)).astype(np.float32), RATE
        ),
        None,
    )


POOL = Pool([Member(key, "joy", "anna" if key in "ab" else key) for key in "abcdefg"], tone)


def noisy(seed=0, pool=POOL, key="a", **arguments):
    chain = Chain([AddNoise(color="babble", **arguments)])
    made, (step,) = chain(tone(key), generator(seed, key), pool=pool)
    return made.audio.samples, step


def test_the_ratio_and_the_talkers_are_those_drawn():
    source = tone("a").audio.samples
    counts = set()
    for seed in range(12):
        samples, step = noisy(seed)
        behind = samples.astype(np.float64) - source
        params = step["params"]
        assert 10 * np.log10(mean_square(source) / mean_square(behind)) == pytest.approx(
            params["snr_db"], abs=0.05
        )
        assert set(params["partners"]) <= set("cdefg")  # of other speakers
        assert len(set(params["partners"])) == len(params["partners"]) == len(params["starts"])
        counts.add(len(params["partners"]))
        spectrum = np.abs(np.fft.rfft(behind, RATE))
        for key in "bcdefg":
            heard = (
                spectrum[290 + 200 * (ord(key) - 97) : 310 + 200 * (ord(key) - 97)].max()
                > 0.3 * spectrum.max()
            )
            assert heard == (key in params["partners"])  # each as loud as the next
    assert counts == {4, 5}  # of 4 to 7, five others there are


def test_it_replays_without_the_recipe_and_not_without_the_pool():
    samples, step = noisy(5)
    kept = json.loads(json.dumps([step]))
    assert replay(tone("a"), kept, POOL).audio.samples.tobytes() == samples.tobytes()
    with pytest.raises(ParameterError, match="add_noise takes other utterances; hand in a pool of them"):
        replay(tone("a"), kept)
    with pytest.raises(ParameterError, match="add_noise takes other utterances; hand in a pool of them"):
        noisy(0, None)


def test_a_pool_is_needed_for_babble_alone():
    assert not AddNoise().needs_pool
    assert AddNoise(color=["white", "babble"]).needs_pool
    assert not AddNoise.needs_pool
    assert pickle.loads(pickle.dumps(AddNoise(color="babble"))).needs_pool
    drawn = set()
    for seed in range(20):
        made, (step,) = Chain([AddNoise(color=["white", "babble"])])(
            tone("a"), generator(seed, "a"), pool=POOL
        )
        drawn.add(step["params"]["color"])
        assert replay(tone("a"), [step], POOL).audio.samples.tobytes() == made.audio.samples.tobytes()
    assert drawn == {"white", "babble"}


def test_nobody_else_there():
    alone = Pool([Member("a", "joy", "anna")], tone)
    samples, step = noisy(0, alone)
    assert step["params"]["partners"] == []
    assert np.array_equal(samples, tone("a").audio.samples)
