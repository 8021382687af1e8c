from collections import Counter

import pytest

from balancer import make_sampler
from recipes.feeding.dealing import DealtSampler
from recipes.feeding.staged import Staged, StagedSampler, SubsetSampler, balanced_subset

LABELS = ["a"] * 20 + ["b"] * 5 + ["c"] * 3


def test_what_holds_in_an_epoch():
    staged = Staged({4: "late", 0: "early", 2: "middle"})
    assert [staged.at(epoch) for epoch in (0, 1, 2, 3, 4, 9)] == [
        "early", "early", "middle", "middle", "late", "late",
    ]  # fmt: skip


def test_the_order_is_that_of_the_stage_and_of_nothing_before_it():
    def samplers():
        return {0: DealtSampler(28, 28, seed=1), 2: make_sampler("weighted_random", LABELS, seed=1)}

    went_through, resumed = StagedSampler(samplers()), StagedSampler(samplers())
    orders = []
    for epoch in range(4):
        went_through.set_epoch(epoch)
        assert len(went_through) == 28
        orders.append(list(went_through))
    assert sorted(orders[0]) == list(range(28))
    assert Counter(LABELS[row] for row in orders[2] + orders[3])["a"] < 30
    resumed.set_epoch(3)
    assert list(resumed) == orders[3]
    assert orders[2] != orders[3]


@pytest.mark.parametrize(
    ("times", "counts"), [(1, (3, 3, 3)), (1.5, (4, 4, 3)), (2, (6, 5, 3)), (100, (20, 5, 3))]
)
def test_a_subset_keeps_no_class_beyond_its_share(times, counts):
    rows = balanced_subset(LABELS, times, seed=3)
    assert rows == sorted(set(rows))
    found = Counter(LABELS[row] for row in rows)
    assert tuple(found[name] for name in "abc") == counts


def test_a_subset_is_drawn_by_its_seed_and_takes_originals_first():
    assert balanced_subset(LABELS, 1, seed=3) == balanced_subset(LABELS, 1, seed=3)
    assert balanced_subset(LABELS, 1, seed=3) != balanced_subset(LABELS, 1, seed=4)
    copies = [row not in (2, 11) and row < 20 for row in range(28)]
    assert {2, 11} <= set(balanced_subset(LABELS, 1, seed=3, last=copies))


def test_a_subset_is_dealt_by_its_own_rows():
    rows = balanced_subset(LABELS, 1, seed=3)
    sampler = SubsetSampler(DealtSampler(len(rows), 18, seed=1), rows)
    sampler.set_epoch(1)
    assert len(sampler) == 18
    assert Counter(sampler) == dict.fromkeys(rows, 2)
