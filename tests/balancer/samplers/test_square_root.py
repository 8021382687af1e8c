from collections import Counter

import numpy as np
import pytest

from balancer import make_sampler

LABELS = ["a"] * 100 + ["b"] * 25 + ["c"] * 4  # roots 10, 5, 2


def test_shares_are_the_roots_to_within_a_row():
    sampler = make_sampler("square_root", LABELS, num_samples=170)
    for epoch in range(5):
        sampler.set_epoch(epoch)
        assert Counter(np.array(LABELS)[list(sampler)]) == {"a": 100, "b": 50, "c": 20}
    sampler = make_sampler("square_root", LABELS)  # 129 rows: 75.9, 37.9, 15.2
    for epoch in range(20):
        sampler.set_epoch(epoch)
        found = Counter(np.array(LABELS)[list(sampler)])
        assert found["a"] in (75, 76)
        assert found["b"] in (37, 38)
        assert found["c"] in (15, 16)


def test_a_share_below_one_row_comes_up_in_as_many_epochs_as_it_is_worth():
    sampler = make_sampler("square_root", LABELS, num_samples=2)
    drawn = Counter()
    for epoch in range(1700):
        sampler.set_epoch(epoch)
        drawn.update(np.array(LABELS)[list(sampler)])
    assert drawn["a"] == pytest.approx(2000, rel=0.03)
    assert drawn["c"] == pytest.approx(400, rel=0.15)


def test_rows_are_dealt_on_through_the_epochs():
    sampler = make_sampler("square_root", LABELS, num_samples=60)
    times = Counter()
    for epoch in range(7):
        sampler.set_epoch(epoch)
        times.update(list(sampler))
    for rows in (range(100), range(100, 125), range(125, 129)):
        assert max(times[row] for row in rows) - min(times[row] for row in rows) <= 1


def test_with_replacement_shares_are_those_expected():
    found = Counter(
        np.array(LABELS)[list(make_sampler("square_root", LABELS, num_samples=34_000, replacement=True))]
    )
    assert found["a"] == pytest.approx(20_000, rel=0.03)
    assert found["c"] == pytest.approx(4_000, rel=0.06)
