"""Which rows of a large class are left out."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from balancer import BalanceError, count, plan_copies
from balancer.undersampling import even_quotas, farthest_first, undersample


def test_rows_that_repeat_others_are_left_out_first():
    vectors = np.array([[0.0], [0.01], [5.0], [5.01], [9.0], [0.02]])
    kept = undersample(["n"] * 6 + ["f"], {"n": 3}, vectors=np.vstack([vectors, [[100.0]]]))
    assert sorted(vectors[kept[:6]].ravel().round().tolist()) == [0, 5, 9]
    assert kept[6]


def test_farthest_first_by_hand():
    # the mean is 4: 3 is nearest; 10 is then farthest (7), then 0 (3), then 6 (3, after 0 by order), 1
    assert farthest_first(np.array([[3.0], [0.0], [10.0], [6.0], [1.0]]), 5).tolist() == [0, 2, 1, 3, 4]
    assert farthest_first(np.zeros((4, 2)), 3).tolist() == [0, 1, 2]
    assert farthest_first(np.zeros((0, 2)), 3).tolist() == []


@given(st.lists(st.floats(-9, 9, width=32), min_size=2, max_size=9), st.integers(1, 4))
def test_nothing_left_out_is_more_than_twice_as_far_as_in_the_best_choice(points, number):
    from itertools import combinations

    vectors = np.array(points, dtype=np.float32)[:, None]
    number = min(number, len(points))

    def radius(taken):
        return max(min(abs(point - vectors[t, 0]) for t in taken) for point in vectors[:, 0])

    best = min(radius(choice) for choice in combinations(range(len(points)), number))
    assert radius(farthest_first(vectors, number)) <= 2 * best + 1e-3


@given(st.lists(st.integers(0, 9), min_size=1, max_size=6), st.integers(0, 40))
def test_quotas_are_even_and_add_up(sizes, number):
    quotas = even_quotas(sizes, number)
    assert quotas.sum() == min(number, sum(sizes))
    assert (quotas <= sizes).all()
    short = [q for q, n in zip(quotas, sizes, strict=True) if q < n]
    assert not short or max(quotas) - min(short) <= 1


@given(
    st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), min_size=1, max_size=50),
    st.integers(0, 12),
    st.booleans(),
)
def test_no_class_keeps_more_than_it_may_and_none_less(rows, limit, by_vectors):
    labels, speakers = zip(*rows, strict=True)
    vectors = np.random.default_rng(0).random((len(rows), 3)) if by_vectors else None
    before = count(labels)
    kept = undersample(labels, dict.fromkeys(before, limit), speakers, vectors)
    after = count([label for label, stays in zip(labels, kept, strict=True) if stays])
    assert after == {name: min(n, max(1, limit)) for name, n in before.items()}


def test_the_largest_speakers_are_cut_and_what_is_drawn_depends_on_the_seed():
    labels, speakers = ["n"] * 12, ["x"] * 8 + ["y"] * 3 + ["z"]
    kept = undersample(labels, {"n": 7}, speakers, rng=np.random.default_rng(1))
    assert [int(kept[a:b].sum()) for a, b in ((0, 8), (8, 11), (11, 12))] == [3, 3, 1]
    other = undersample(labels, {"n": 7}, speakers, rng=np.random.default_rng(2))
    assert kept.tolist() != other.tolist()
    assert (
        undersample(labels, {"n": 7}, speakers).tolist() == undersample(labels, {"n": 7}, speakers).tolist()
    )


def test_soft_labels_are_cut_by_their_shares():
    labels = [{"n": 0.8, "f": 0.2}] * 10 + ["f"]
    assert undersample(labels, {"n": 4}).tolist().count(True) == 6  # five of 0.8, and fear's own


def test_no_class_is_raised_above_at_most():
    labels = ["n"] * 9 + ["f"] * 2
    assert plan_copies(labels, "majority", at_most=5).sum() == 3
    assert plan_copies(labels, "majority", at_most=1).sum() == 0


def test_wrong_arguments_say_what_is_allowed():
    with pytest.raises(BalanceError, match="class 'm' is not known"):
        undersample(["n"], {"m": 1})
    with pytest.raises(BalanceError, match="vectors has 2 entries for 1 labels"):
        undersample(["n"], {"n": 1}, vectors=np.zeros((2, 1)))
