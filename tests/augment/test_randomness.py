from __future__ import annotations

import random
from itertools import product

import numpy as np

from augment import generator
from augment.randomness import child


def first(*arguments, **named) -> int:
    return int(generator(*arguments, **named).integers(2**63))


def test_numbers_are_those_of_every_machine():
    assert generator(0, "a").integers(0, 1000, 4).tolist() == [229, 758, 212, 397]


def test_every_argument_counts_and_none_runs_into_another():
    drawn = {
        first(seed, key, copy, epoch, attempt, stream)
        for seed, key, copy, epoch, attempt, stream in product(
            (0, 1), ("a", "a1", "1:a"), (0, 1, 11), (0, 1), (0, 1), ("audio", "text", "voice")
        )
    }
    assert len(drawn) == 2 * 3 * 3 * 2 * 2 * 3


def test_case_1_13_the_epoch_is_part_of_the_seed():
    assert first(0, "a", 1, epoch=0) != first(0, "a", 1, epoch=1)


def test_a_child_costs_one_number_however_much_it_draws():
    one, other = np.random.default_rng(0), np.random.default_rng(0)
    child(one).normal(size=1000)
    child(other)
    assert one.integers(2**63) == other.integers(2**63)


def test_case_2_17_global_generators_are_left_alone():
    random.seed(1)
    np.random.seed(1)  # noqa: NPY002
    before = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
    child(generator(0, "a")).normal(size=5)
    assert before == (random.getstate(), np.random.get_state()[1].tolist())  # noqa: NPY002
