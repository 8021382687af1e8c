from __future__ import annotations

import json
import pickle
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from augment.parameters import (
    ParameterError,
    Unavailable,
    check,
    draw_option,
    draw_span,
    intervals,
    options,
    plain,
    setting,
    settings_of,
    span,
)

BOUND = st.floats(-100, 100, allow_nan=False)
INTERVAL = st.tuples(BOUND, BOUND).map(sorted)


@dataclass(frozen=True)
class Step:
    db: object = span((-6, 6), -60, 40, "dB")
    n: object = span((1, 2), 0, 9, "words", integer=True)
    color: object = options(("white", "pink"), allowed=("white", "pink", "brown"))
    kind: str = setting("keep", allowed=("keep", "move"))
    share: float = setting(0.5, low=0, high=1, unit="of the words")

    def __post_init__(self):
        check(self)


@given(st.lists(INTERVAL, min_size=1, max_size=4), st.integers(0, 2**32))
def test_draws_lie_in_the_union(parts, seed):
    value = draw_span(np.random.default_rng(seed), parts)
    assert any(low - 1e-9 <= value <= high + 1e-9 for low, high in parts)
    assert isinstance(value, float)


def test_draws_are_uniform_over_the_union():
    rng = np.random.default_rng(0)
    drawn = np.array([draw_span(rng, [[0, 1], [10, 13]]) for _ in range(4000)])
    assert np.mean(drawn <= 1) == pytest.approx(0.25, abs=0.03)
    assert np.mean(drawn > 11.5) == pytest.approx(0.375, abs=0.03)


def test_whole_numbers_and_words_are_equally_likely():
    rng = np.random.default_rng(0)
    numbers = [draw_span(rng, [[1, 2], [5, 5]], integer=True) for _ in range(900)]
    assert {n: numbers.count(n) > 240 for n in set(numbers)} == {1: True, 2: True, 5: True}
    assert {draw_option(rng, ["white", "pink"]) for _ in range(50)} == {"white", "pink"}
    assert draw_option(rng, "brown") == "brown"


def test_one_number_is_a_range_of_one():
    assert intervals(3) == [(3.0, 3.0)]
    assert intervals([-2, 2]) == [(-2.0, 2.0)]
    assert intervals([[-2, -1], [1, 2]]) == [(-2.0, -1.0), (1.0, 2.0)]
    assert draw_span(np.random.default_rng(0), 3) == 3.0


@pytest.mark.parametrize(
    ("argument", "message"),
    [
        ({"db": [-70, 0]}, "db: [-70, 0] is outside -60 to 40 dB"),
        ({"db": [[-6, -3], [3, 50]]}, "db: [3, 50] is outside -60 to 40 dB"),
        ({"db": [6, -6]}, "db: [6, -6] runs backwards; give [low, high] (-60 to 40 dB)"),
        ({"db": 41}, "db: 41 is outside -60 to 40 dB"),
        ({"db": "loud"}, "db: 'loud' is neither [low, high] nor a list of such intervals (-60 to 40 dB)"),
        (
            {"db": [1, 2, 3]},
            "db: [1, 2, 3] is neither [low, high] nor a list of such intervals (-60 to 40 dB)",
        ),
        ({"db": []}, "db: [] is no range; give [low, high] (-60 to 40 dB)"),
        ({"db": True}, "db: True is no range; give [low, high] (-60 to 40 dB)"),
        ({"db": float("nan")}, "db: [nan, nan] runs backwards; give [low, high] (-60 to 40 dB)"),
        ({"n": [0.5, 2]}, "n: [0.5, 2] must be whole numbers"),
        ({"color": "red"}, "color: 'red' is not one of white, pink, brown"),
        ({"color": []}, "color: give at least one of white, pink, brown"),
        ({"kind": "bend"}, "kind: 'bend' is not one of keep, move"),
        ({"share": 1.5}, "share: 1.5 is outside 0 to 1 of the words"),
    ],
)
def test_faults_name_argument_value_and_what_is_allowed(argument, message):
    with pytest.raises(ParameterError) as caught:
        Step(**argument)
    assert str(caught.value) == message
    assert caught.value.parameter == next(iter(argument))


def test_only_settings_go_into_the_provenance():
    assert settings_of(Step(kind="move")) == {"kind": "move", "share": 0.5}


def test_plain_is_what_json_gives_back():
    value = {
        "a": (1, np.float64(0.1)),
        "b": [Path("x/y"), np.int64(3)],
        "c": {"d": None, "e": np.bool_(True)},
    }
    assert plain(value) == json.loads(json.dumps(plain(value)))
    assert plain(value) == {"a": [1, 0.1], "b": ["x/y", 3], "c": {"d": None, "e": True}}


def test_what_is_neutral_is_declared_where_strength_has_an_order():
    @dataclass(frozen=True)
    class Climbing:
        db: object = span((-6, 6), -60, 40, "dB", neutral=0)
        rate: float = setting(0.1, low=0, high=1, unit="share", neutral=0)
        bits: object = span((8, 16), 1, 16, "bits")

    declared = {f.name: f.metadata.get("neutral") for f in fields(Climbing)}
    assert declared == {"db": 0, "rate": 0, "bits": None}


@pytest.mark.parametrize("kind", [ParameterError, Unavailable])
def test_faults_come_back_whole_from_another_process(kind):
    fault = pickle.loads(pickle.dumps(kind("folder", "is not here")))
    assert (type(fault), str(fault), fault.parameter, fault.message) == (
        kind,
        "folder: is not here",
        "folder",
        "is not here",
    )
