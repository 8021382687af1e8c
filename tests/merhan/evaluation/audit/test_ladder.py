from __future__ import annotations

from dataclasses import dataclass, fields
from math import inf

import numpy as np
import pytest

from augment import AddNoise, Gain, PitchShift, RandomSwap, Speed, TimeStretch, generator
from augment.parameters import ParameterError, draw_span, setting, span
from augment.transform import (
    VOICE_INFO,
    AudioTransform,
    Preset,
    find_transform,
    preset_arguments,
    transform_names,
)
from merhan.evaluation.audit.ladder import Axis, axes_of, ladder, scaled


def values(transform) -> list:
    return [rung.value for rung in ladder(transform)]


def test_each_direction_is_climbed_to_half_as_far_again_as_the_recipe_goes():
    rungs = ladder(PitchShift(semitones=[[-2, -0.8], [0.8, 4]], formants="move", scope="speaker", p=0.3))
    assert [rung.value for rung in rungs] == [-3, -2, -1.5, -1, -0.5, 1, 2, 3, 4, 6]
    assert [rung.recipe for rung in rungs] == [False, True, True, True, True, True, True, True, True, False]
    assert [rung.side for rung in rungs] == [-1] * 5 + [1] * 5
    assert [rung.strength for rung in rungs][:5] == [3, 2, 1.5, 1, 0.5]
    assert rungs[0].shown == "-3"
    assert rungs[-1].shown == "+6"
    assert {(r.transform.p, r.transform.scope, r.transform.formants) for r in rungs} == {
        (1.0, "speaker", "move")
    }
    assert rungs[0].transform.draw(generator(0, "a"), VOICE_INFO) == {"semitones": -3.0}


def test_one_direction_alone_and_none():
    assert values(Gain(db=(-8, 0))) == [-12, -8, -6, -4, -2]
    assert values(Gain(db=(0, 0))) == []


def test_ratios_are_climbed_in_logarithms():
    rungs = ladder(TimeStretch(rate=(0.8, 1.25)))
    assert [rung.value for rung in rungs] == pytest.approx(
        [0.7155, 0.8, 0.8459, 0.8944, 0.9457, 1.057, 1.118, 1.182, 1.25, 1.398], rel=1e-3
    )
    assert rungs[1].strength == pytest.approx(rungs[-2].strength)  # 0.8 and 1.25 are as far


def test_what_is_infinitely_far_is_approached_from_the_mild_end():
    rungs = ladder(AddNoise(snr_db=(15, 35), color="pink"))
    assert [rung.value for rung in rungs] == [10, 15, 20, 25, 30, 35]
    assert [rung.recipe for rung in rungs] == [False] + [True] * 5
    assert sorted(rungs, key=lambda rung: rung.strength)[0].value == 35  # the weakest
    assert values(AddNoise(snr_db=20)) == [17.75, 20, 22.25, 24.5, 26.75, 29]


def test_all_strengths_draw_the_same_noise():
    drawn = [rung.transform.draw(generator(0, "a"), VOICE_INFO) for rung in ladder(AddNoise())]
    assert len({d["seed"] for d in drawn}) == 1
    assert len({d["snr_db"] for d in drawn}) == len(drawn)


def test_fixed_arguments_stay_numbers_within_their_bounds():
    assert values(RandomSwap(rate=0.8)) == [0.2, 0.4, 0.6, 0.8]  # 1.2 would be more than all words
    assert ladder(RandomSwap(rate=0.8))[0].transform.rate == 0.2


@dataclass(frozen=True)
class Room(AudioTransform):
    """Two ranges, climbed together."""

    seconds: object = span((0.2, 1.0), 0, 1.2, "s", neutral=0)
    ratio_db: object = span((0.0, 8.0), -20, 60, "dB", neutral=inf)
    lines: object = span((2, 4), 0, 9, "lines", integer=True)

    def draw(self, rng, audio):
        return {"seconds": draw_span(rng, self.seconds)}

    def apply(self, audio, *, seconds):
        return audio


def test_several_ranges_are_climbed_together():
    rungs = ladder(Room())
    assert [rung.shown for rung in rungs] == ["0.25x", "0.5x", "0.75x", "1x", "1.5x"]
    assert [rung.recipe for rung in rungs] == [True] * 4 + [False]
    assert rungs[1].transform.seconds == [0.1, 0.5]
    assert rungs[1].transform.ratio_db == [4, 12]  # half of its width milder
    assert rungs[4].transform.seconds == [0.3, 1.2]  # its bound
    assert (rungs[3].transform.seconds, rungs[3].transform.ratio_db) == ([0.2, 1.0], [0, 8])


@dataclass(frozen=True)
class Codec(AudioTransform):
    """Words and numbers without an order."""

    name = "codec_like"
    bits: object = span((4, 8), 1, 16, "bits")
    presets = {  # noqa: RUF012
        "light": Preset({"bits": (12, 16)}, "none"),
        "medium": Preset({"bits": (8, 12)}, "none"),
        "strong": Preset({"bits": [4, 8]}, "none"),
    }

    def draw(self, rng, audio):
        return {}

    def apply(self, audio):
        return audio


def test_without_an_order_presets_are_the_strengths():
    rungs = ladder(Codec(bits=(2, 3)))
    assert [(rung.shown, rung.strength, rung.recipe) for rung in rungs] == [
        ("light", 1, False),
        ("medium", 2, False),
        ("strong", 3, False),
        ("as it is", 4, True),
    ]
    assert rungs[0].transform.bits == (12, 16)
    medium = ladder(Codec(bits=[8, 12]))  # the preset by another name
    assert [(rung.shown, rung.recipe) for rung in medium] == [
        ("light", False),
        ("medium", True),
        ("strong", False),
    ]


def test_whole_numbers_stay_whole_and_come_once():
    @dataclass(frozen=True)
    class Words:
        p: float = 1.0
        n: object = span((1, 2), 0, 9, "words", integer=True, neutral=0)

    assert values(Words()) == [0, 1, 2, 3]


def test_nothing_is_measured_by_an_argument_that_is_not_given():
    @dataclass(frozen=True)
    class Maybe:
        p: float = 1.0
        db: object = setting(None, low=0, high=9, unit="dB", neutral=0)

    assert axes_of(Maybe()) == []


@pytest.mark.parametrize("name", transform_names())
def test_every_transform_has_a_ladder_that_its_presets_climb(name):
    cls = find_transform(name)
    try:
        transform = cls()
    except (ParameterError, TypeError):
        pytest.skip("needs arguments of its own")
    rungs = ladder(transform)
    assert any(rung.recipe for rung in rungs)
    if len(axes_of(transform)) == 1 and cls.presets:
        (axis,) = axes_of(transform)
        furthest = []
        for strength in ("light", "medium", "strong"):
            given = preset_arguments(cls, strength).get(axis.argument, getattr(transform, axis.argument))
            furthest.append(
                max(
                    abs(r.strength) if axis.neutral != inf else r.strength + 1e3
                    for r in ladder(cls(**{axis.argument: given}))
                    if r.recipe
                )
            )
        assert furthest == sorted(furthest)


def test_axis_there_and_back():
    for axis in (Axis("a", 0, -9, 9, ""), Axis("b", 1, 0.5, 2, ""), Axis("c", inf, -30, 100, "")):
        for value in (0.5, 1.7):
            assert axis.value(axis.position(value)) == pytest.approx(value)
    assert Axis("c", inf, -30, 100, "").position(10) > Axis("c", inf, -30, 100, "").position(20)


def test_a_single_value_is_scaled_to_a_single_value():
    (axis,) = axes_of(Speed(factor=1.21))
    assert scaled(Speed(factor=1.21), axis, 0.5) == pytest.approx(1.1)
    assert np.ndim(scaled(Speed(factor=[[0.81, 0.9], [1.1, 1.21]]), axis, 0.5)) == 2
    assert "factor" in {f.name for f in fields(Speed)}
