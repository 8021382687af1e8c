import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from balancer import BalanceError, count, describe, effective_number, imbalance_ratio, normalised_entropy

MELD = {
    "anger": 1109,
    "disgust": 271,
    "fear": 268,
    "joy": 1743,
    "neutral": 4710,
    "sadness": 683,
    "surprise": 1205,
}


def test_counts_are_by_sorted_name_and_whole():
    counts = count(["joy", "anger", "joy"])
    assert counts == {"anger": 1, "joy": 2}
    assert list(counts) == ["anger", "joy"]
    assert all(isinstance(n, int) for n in counts.values())


@given(st.permutations([{"a": 0.1, "b": 0.2, "c": 0.7}] * 10 + ["a"] * 3 + [{"a": 1 / 3, "b": 2 / 3}] * 7))
def test_soft_counts_do_not_depend_on_the_order_of_rows(labels):
    counts = count(labels)
    assert counts == count(list(reversed(labels)))
    assert counts["c"] == pytest.approx(7.0, abs=1e-12)
    assert math.fsum(counts.values()) == pytest.approx(20)


def test_a_class_named_without_any_share_counts_zero():
    assert count([{"joy": 1.0, "fear": 0.0}]) == {"fear": 0.0, "joy": 1.0}


def test_describe_gives_meld_its_known_figures():
    labels = [name for name, n in MELD.items() for _ in range(n)]
    described = describe(labels)
    assert described.counts == MELD
    assert described.imbalance_ratio == pytest.approx(4710 / 268)
    shares = np.array(list(MELD.values())) / 9989
    assert described.normalised_entropy == pytest.approx(-(shares * np.log(shares)).sum() / np.log(7))


def test_imbalance_is_of_the_classes_that_have_utterances():
    assert imbalance_ratio([8, 0, 2]) == 4
    assert imbalance_ratio({"a": 5}) == 1


def test_entropy_counts_absent_classes_as_classes():
    assert normalised_entropy([5, 5]) == 1
    assert normalised_entropy([5, 5, 0, 0]) == pytest.approx(0.5)
    assert normalised_entropy([5, 0]) == 0
    assert normalised_entropy([5]) == 1


@given(st.lists(st.integers(1, 10**6), min_size=2, max_size=12))
def test_entropy_and_ratio_stay_in_their_ranges(counts):
    assert 0 <= normalised_entropy(counts) <= 1
    assert imbalance_ratio(counts) >= 1


def test_effective_numbers_by_hand():
    # β 0.5: (1 - 0.5^1) / 0.5 = 1, (1 - 0.5^2) / 0.5 = 1.5, (1 - 0.5^3) / 0.5 = 1.75
    np.testing.assert_allclose(effective_number([1, 2, 3], beta=0.5), [1, 1.5, 1.75], rtol=1e-12)
    np.testing.assert_allclose(effective_number([1, 50], beta=0), [1, 1])
    np.testing.assert_allclose(effective_number([1, 50], beta=1 - 1e-12), [1, 50], rtol=1e-3)
    with pytest.raises(BalanceError, match="beta 1 is outside 0 to 1"):
        effective_number([1], beta=1)


@pytest.mark.parametrize(
    ("counts", "words"),
    [
        ([], "the labels are empty"),
        ([0, 0], "no class has an utterance"),
        ({"joy": -1}, "class 'joy' has a count of -1"),
        ([float("nan")], "class 0 has a count of nan"),
        ([[1, 2]], r"shape \(1, 2\)"),
    ],
)
def test_counts_that_are_none_are_refused(counts, words):
    with pytest.raises(BalanceError, match=words):
        imbalance_ratio(counts)
