from __future__ import annotations

import numpy as np
import pytest

from merhan.evaluation.audit.kept import Move, by_class, design_effect, kept_of, moved, moves, wilson


def array(text: str) -> np.ndarray:
    return np.array(list(text), object)


def test_wilson_as_published():
    # Newcombe 1998, Statistics in Medicine 17, table I: 81 of 263, and none of 20.
    assert wilson(81 / 263, 263) == pytest.approx((0.2553, 0.3662), abs=1e-4)
    assert wilson(0, 20) == pytest.approx((0, 0.1611), abs=1e-4)


def test_copies_that_stand_or_fall_with_their_speaker_are_worth_fewer():
    speakers = np.repeat(array("abcdefgh"), 10)
    together = np.repeat(np.array([1, 1, 1, 1, 1, 1, 0, 0], bool), 10)
    spread = np.tile(np.array([1, 1, 1, 0] * 2 + [1, 1], bool), 8)
    assert design_effect(together, speakers) == pytest.approx(10)  # 8 speakers, not 80 copies
    assert design_effect(spread, speakers) == 1.0  # never below
    low, high = wilson(0.75, 80 / 10)
    found = kept_of(together, speakers)
    assert (found.kept, found.n) == (60, 80)
    assert (found.low, found.high) == pytest.approx((low, high))
    assert kept_of(together, array("x" * 80)).low > found.low  # one speaker: nothing is known of speakers


def test_nothing_counted_is_not_known():
    found = kept_of(np.zeros(0, bool), np.zeros(0, object))
    assert (found.n, found.low, found.high) == (0, 0.0, 1.0)
    assert np.isnan(found.share)
    assert moves([], []) == []


def test_classes_are_wider_so_that_they_hold_together():
    same = np.array([1, 1, 1, 0] * 10, bool)
    speakers, labels = array("abcd" * 10), array("xxyy" * 10)
    found = by_class(same, speakers, labels, ["x", "y", "z"])
    assert list(found) == ["x", "y"]  # z has no copies
    assert (found["x"].kept, found["x"].n, found["y"].kept) == (20, 20, 10)
    assert found["x"].low < kept_of(same[labels == "x"], speakers[labels == "x"]).low


def test_moves_are_counted_by_the_decision_before():
    found = moves("aaaabbb", "aabbbba")
    assert found == [Move("a", "b", 2, 4), Move("b", "a", 1, 3)]
    assert found[0].share == 0.5


def test_only_what_is_surely_below_has_moved():
    def seen(kept: int, n: int):
        return kept_of(np.arange(n) < kept, array("ab" * n)[:n])

    assert moved(seen(60, 100), {"x": seen(40, 40), "y": seen(20, 40)}, 0.9) == ("", "y")
    assert moved(seen(88, 100), {}, 0.9) == ()  # 88 % of 100 may well be 90
    assert moved(seen(88, 100), {}, 0.99) == ("",)
    assert moved(seen(0, 9), {"x": seen(0, 9)}, 0.9) == ()  # too few to say anything of
