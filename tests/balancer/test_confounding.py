"""What copies tie classes to."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats.contingency import association

from balancer.confounding import Dominated, cramers_v, dominated


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz"), st.integers(1, 4)), min_size=1))
def test_cramers_v_is_scipys(rows):
    labels, groups, uses = zip(*rows, strict=True)
    names, values = sorted(set(labels)), sorted(set(groups))
    table = np.zeros((len(names), len(values)), dtype=int)
    for label, group, n in rows:
        table[names.index(label), values.index(group)] += n
    found = cramers_v(labels, groups, uses)
    if min(table.shape) < 2:
        assert found == 0
    else:
        assert found == pytest.approx(association(table, method="cramer"), abs=1e-9)
        assert cramers_v(labels, groups, np.multiply(uses, 3)) == pytest.approx(found)


def test_one_where_the_class_follows_from_the_speaker_and_none_where_it_does_not():
    assert cramers_v(["a", "a", "b", "b"], ["x", "x", "y", "y"]) == pytest.approx(1)
    assert cramers_v(["a", "b", "a", "b"], ["x", "x", "y", "y"]) == pytest.approx(0)
    assert cramers_v([{"a": 1, "b": 1}] * 2, ["x", "y"]) == pytest.approx(0)


def test_a_class_evened_out_by_copying_one_actor_is_named():
    labels = ["neutral"] * 9 + ["fear"] * 3
    speakers = ["KS0", "KD0", "WR0"] * 3 + ["KS0", "KS0", "WR0"]
    uses = np.r_[np.ones(9), [4, 4, 2]].astype(int)
    assert dominated(labels, speakers, uses) == [
        Dominated("fear", "KS0", pytest.approx(0.8), pytest.approx(2 / 3), 2, 3)
    ]


def test_no_class_is_named_without_copies_or_where_the_corpus_is_as_one_sided():
    labels = ["neutral"] * 4 + ["fear"] * 2
    assert dominated(labels, ["x", "y", "x", "y", "x", "x"], np.ones(6, int)) == []
    assert dominated(labels, ["x"] * 6, [1, 1, 1, 1, 3, 3]) == []
    assert dominated(labels, ["x", "x", "x", "y", "x", "x"], [1, 1, 1, 1, 3, 3]) == []
    assert dominated([], [], []) == []
