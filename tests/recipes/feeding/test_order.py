"""Indices that carry their epoch."""

from __future__ import annotations

import pytest
from torch.utils.data import DataLoader

from balancer import make_sampler
from recipes.feeding.dealing import DealtSampler
from recipes.feeding.order import EpochOrder
from recipes.feeding.rows import AugmentedRows


def texts(batch):
    return [(item.key, item["text"], round(float(item["audio"]["array"].sum()), 6)) for item in batch]


def two_epochs(rows, lively, **options):
    drawn = AugmentedRows(rows, lively, seed=1)
    order = EpochOrder(drawn, DealtSampler(len(drawn), drawn.originals, seed=1))
    loader = DataLoader(drawn, batch_size=5, sampler=order, collate_fn=texts, **options)
    found = []
    for epoch in (0, 1, 2):
        order.set_epoch(epoch)
        found.append([item for batch in loader for item in batch])
    return found


def test_the_epoch_travels_with_the_index(rows, lively):
    drawn = AugmentedRows(rows, lively)
    order = EpochOrder(drawn, DealtSampler(len(drawn), 12, seed=0))
    assert len(order) == 12
    order.set_epoch(3)
    assert {epoch for epoch, _ in order} == {3}
    drawn.set_epoch(4)  # a loader may tell the rows instead
    assert {epoch for epoch, _ in order} == {4}


@pytest.mark.parametrize("options", [{}, {"persistent_workers": True, "multiprocessing_context": "spawn"}])
def test_workers_draw_what_one_process_draws(rows, lively, options):
    alone = two_epochs(rows, lively)
    assert alone[0] != alone[1]
    assert two_epochs(rows, lively, num_workers=2, prefetch_factor=4, **options) == alone


def test_a_balancing_sampler_underneath(rows, lively):
    drawn = AugmentedRows(rows, lively)
    order = EpochOrder(drawn, make_sampler("weighted_random", drawn.labels, num_samples=12, seed=3))
    first = list(order)
    order.set_epoch(1)
    assert [row for _, row in order] != [row for _, row in first]
