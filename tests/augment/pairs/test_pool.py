"""Who may be paired with whom, whatever the order in which they came; and memory that stays flat."""

from __future__ import annotations

import pickle
import random
from collections import Counter

import numpy as np
import pytest

from augment import Audio, Member, Pool, Sample, generator, partners
from augment.pairs.pool import FEWEST_KEPT, KEPT
from augment.parameters import ParameterError


def alike(pool, name, seed=0, **has):
    return [other for other, _ in pool.around(name).alike(np.random.default_rng(seed), True, True, **has)]


def test_those_alike_are_of_one_class_and_one_speaker_and_never_itself(pool):
    assert set(alike(pool, "a")) == {"b", "c"}
    assert alike(pool, "d") == []
    assert alike(pool, "f") == []
    assert alike(pool, "somebody else") == []


def test_those_alike_have_what_the_utterance_has_and_speak_its_language():
    members = [
        Member("a", "joy", "anna", "en"),
        Member("no sound", "joy", "anna", "en", audio=False),
        Member("no words", "joy", "anna", "en", text=False),
        Member("german", "joy", "anna", "de"),
        Member("b", "joy", "anna", "en"),
    ]
    around = Pool(members, lambda name: None, lambda name: 1.0).around("a")

    def found(audio, text):
        return {name for name, _ in around.alike(np.random.default_rng(0), audio, text)}

    assert found(True, True) == {"b"}
    assert found(True, False) == {"b", "no words"}
    assert found(False, True) == {"b", "no sound"}


def test_others_are_of_other_speakers_where_there_are_any(pool):
    rng = np.random.default_rng(0)
    assert set(pool.around("a").others(rng, 10)) == {"e", "f"}
    assert set(pool.around("e").others(rng, 10)) == {"a", "b", "c", "d"}
    assert len(set(pool.around("e").others(rng, 3))) == 3
    assert len(set(pool.around("somebody else").others(rng, 10))) == 6
    alone = Pool([Member("a", "joy", "anna"), Member("b", "joy", "anna")], None)
    assert alone.around("a").others(rng, 5) == ["b"]
    assert Pool([Member("a", "joy")], None).around("a").others(rng, 5) == []
    silent = Pool([Member("a", "joy"), Member("b", "joy", audio=False)], None)
    assert silent.around("a").others(rng, 5) == []


def test_each_is_drawn_as_often(pool):
    drawn = Counter(pool.around("e").others(generator(seed, "e"), 1)[0] for seed in range(800))
    assert all(150 < drawn[name] < 250 for name in "abcd")


def test_draws_depend_on_the_sorted_order_alone(shelf):
    members = [Member(f"{i:03}", "joy", f"s{i % 3}") for i in range(60)]
    shuffled = members.copy()
    random.Random(1).shuffle(shuffled)
    one, other = (Pool(given, shelf, lambda name: 1.0) for given in (members, shuffled))
    assert one.ids == other.ids == sorted(one.ids)
    for seed in range(5):
        assert alike(one, "007", seed) == alike(other, "007", seed)
        drawn = [pool.around("007").others(np.random.default_rng(seed), 4) for pool in (one, other)]
        assert drawn[0] == drawn[1]


def test_two_of_one_id_are_refused():
    with pytest.raises(ParameterError, match="two utterances are called 'a'"):
        Pool([Member("a", "joy"), Member("b", "joy"), Member("a", "fear")], None)


def test_one_that_is_not_there_is_named(pool):
    assert "a" in pool
    assert "aa" not in pool
    with pytest.raises(ParameterError, match="'aa' is not in it; hand in the pool"):
        pool.sample("aa")


def test_clips_are_decoded_once_while_there_is_room(pool, shelf):
    first = pool.sample("a")
    assert pool.sample("a") is first
    assert shelf.read == ["a"]


def test_case_1_16_memory_stays_flat_whatever_the_clips():
    count, seconds, read = 30, 125, []
    samples = np.zeros(seconds * 16_000, np.float32)

    def of(name):
        read.append(name)
        return Sample(name, Audio(samples.copy(), 16_000), None)

    pool = Pool([Member(f"{i:03}", "joy") for i in range(count)], of)
    for name in pool.ids:
        pool.sample(name)
    held = sum(kept.audio.samples.nbytes for kept in pool._kept.values())
    assert held <= max(KEPT, FEWEST_KEPT * samples.nbytes)
    assert len(pool._kept) == FEWEST_KEPT == KEPT // samples.nbytes
    pool.sample(pool.ids[-1])
    assert len(read) == count  # the last ones are at hand
    pool.sample(pool.ids[0])
    assert len(read) == count + 1


def test_memory_case_1_16_of_a_hundred_thousand_utterances_is_small():
    pool = Pool(
        (Member(f"speaker{i % 100}/utterance{i:06}", "joy", f"s{i % 100}") for i in range(100_000)), int
    )
    assert len(pickle.dumps(pool)) < 60 * len(pool)


def test_seconds_are_asked_for_once():
    asked = []

    def measure(name):
        asked.append(name)
        return 2.5

    pool = Pool(
        [Member("a", "joy"), Member("b", "joy", duration=1.25), Member("c", "x", audio=False)], None, measure
    )
    assert [pool.seconds(place) for place in (0, 1, 2, 0, 0)] == [2.5, 1.25, 0.0, 2.5, 2.5]
    assert asked == ["a"]


def test_sound_comes_at_the_rate_asked_for(pool, sample):
    own = sample("b").audio
    assert np.array_equal(pool.sound("b", 16_000), own.samples)
    halved = pool.sound("b", 8000)
    assert len(halved) == len(own.samples) // 2
    assert np.argmax(np.abs(np.fft.rfft(halved))) == np.argmax(np.abs(np.fft.rfft(own.samples)))


def test_the_names_of_all_that_took_part():
    steps = [
        {"name": "copy_paste", "params": {"partners": ["a", "b"]}},
        {"name": "gain", "params": {"db": 3}},
        {"name": "overlay", "params": {"partners": ["c"]}},
    ]
    assert partners(steps) == {"a", "b", "c"}
    assert partners(None) == partners([]) == partners([{"name": "gain"}]) == set()
