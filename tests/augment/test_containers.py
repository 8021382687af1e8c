from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from augment import Gain, OneOf, SomeOf, Speed, TimeStretch
from augment.containers import changes_length, running
from augment.parameters import ParameterError


def names(step, seed: int) -> tuple[str, ...]:
    return tuple(transform.name for transform, _ in running(step, np.random.default_rng(seed)))


def test_one_of_takes_each_as_often():
    counts = Counter(names(OneOf([Gain(), Speed(), TimeStretch()]), seed) for seed in range(600))
    assert set(counts) == {("gain",), ("speed",), ("time_stretch",)}
    assert min(counts.values()) > 150


def test_some_of_takes_that_many_in_the_order_given():
    step = SomeOf([Gain(), Speed(), TimeStretch()], n=(2, 3))
    counts = Counter(names(step, seed) for seed in range(600))
    assert set(counts) == {
        ("gain", "speed"),
        ("gain", "time_stretch"),
        ("speed", "time_stretch"),
        ("gain", "speed", "time_stretch"),
    }
    assert 240 < counts["gain", "speed", "time_stretch"] < 360


def test_p_of_container_and_of_its_transforms_both_count():
    ran = [names(OneOf([Gain(p=0.5)], p=0.5), seed) for seed in range(800)]
    assert 150 < ran.count(("gain",)) < 250
    assert set(ran) == {(), ("gain",)}


def test_containers_nest():
    step = SomeOf([OneOf([Gain(), Speed()]), TimeStretch()], n=2)
    assert {names(step, seed) for seed in range(30)} == {("gain", "time_stretch"), ("speed", "time_stretch")}
    assert changes_length(step)
    assert not changes_length(OneOf([Gain()]))


def test_what_can_not_be_chosen_is_refused():
    with pytest.raises(ParameterError, match="n: 3 of 2 transforms can't be chosen"):
        SomeOf([Gain(), Speed()], n=(1, 3))
    with pytest.raises(ParameterError, match=r"n: .* must be whole numbers"):
        SomeOf([Gain(), Speed()], n=(0.5, 1.5))
    with pytest.raises(ParameterError, match="one_of needs at least one transform"):
        OneOf([])
    with pytest.raises(ParameterError, match=r"p: 1\.5 is outside 0 to 1"):
        OneOf([Gain()], p=1.5)
