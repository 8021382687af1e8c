from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chisquare

from balancer.samplers.dealing import deal, dealt


def numbers(*values):
    return np.array(values, dtype=np.int64)


@given(
    sizes=st.lists(st.integers(1, 30), min_size=1, max_size=5), draws=st.lists(st.integers(0, 70), min_size=2)
)
def test_every_member_comes_up_equally_often_over_the_epochs(sizes, draws):
    sizes, stops = numbers(*sizes), np.cumsum([0, *draws])
    nodes = len(sizes)
    handed = [[] for _ in range(nodes)]
    for first, last in pairwise(stops):
        found = dealt(sizes, np.full(nodes, first), np.full(nodes, last), 3, 0)
        for node, members in enumerate(np.split(found, nodes)):
            handed[node] += members.tolist()
    for size, members in zip(sizes, handed, strict=True):
        times = Counter(members)
        assert set(times) <= set(range(size))
        assert max(times.values(), default=0) - min(times[m] for m in range(size)) <= 1
    # In one go the same members come up in the same order.
    whole = dealt(sizes, np.zeros(nodes, int), np.full(nodes, stops[-1]), 3, 0)
    assert whole.tolist() == [member for members in handed for member in members]


@pytest.mark.parametrize("size", [4, 5000])
def test_permutations_differ_from_deal_to_deal_and_node_to_node(size):
    sizes = numbers(size, size)
    found = dealt(sizes, numbers(0, 0), numbers(8 * size, 8 * size), 0, 0).reshape(16, size)
    assert (np.sort(found, axis=1) == np.arange(size)).all()
    assert len({tuple(row) for row in found}) >= (16 if size > 4 else 8)
    assert dealt(sizes, numbers(0, 0), numbers(size, 0), 1, 0).tolist() != found[0].tolist()


def test_small_permutations_are_all_equally_likely():
    found = dealt(numbers(3), numbers(0), numbers(18_000), 5, 0).reshape(-1, 3)
    times = Counter(map(tuple, found.tolist()))
    assert len(times) == 6
    assert chisquare(list(times.values())).pvalue > 0.001


def test_a_tree_deals_its_leaves_by_branch():
    # Two nodes: one with children of 1 and 3 leaves, one with a child of 2 leaves.
    levels = [numbers(2, 1), numbers(1, 3, 2)]
    leaves = deal(levels, np.repeat([0, 1], 12), numbers(0, 0), 0)
    assert np.bincount(leaves[:12], minlength=6).tolist() == [6, 2, 2, 2, 0, 0]
    assert np.bincount(leaves[12:], minlength=6).tolist() == [0, 0, 0, 0, 6, 6]


def test_a_tree_goes_on_where_it_stopped():
    levels = [numbers(3), numbers(2, 5, 1), numbers(1, 4, 2, 2, 1, 3, 1, 6)]
    whole = deal(levels, np.zeros(50, int), numbers(0), 9)
    parts = [deal(levels, np.zeros(10, int), numbers(start), 9) for start in range(0, 50, 10)]
    assert np.concatenate(parts).tolist() == whole.tolist()
