"""Indices that carry their epoch."""

from __future__ import annotations

import pytest
from accelerate.data_loader import prepare_data_loader, skip_first_batches
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


@pytest.mark.parametrize(
    "options",
    [{"num_workers": 2}, {"num_workers": 1, "persistent_workers": True, "multiprocessing_context": "spawn"}],
)
def test_workers_draw_what_one_process_draws(rows, lively, options):
    alone = two_epochs(rows, lively)
    assert alone[0] != alone[1]
    assert two_epochs(rows, lively, prefetch_factor=4, **options) == alone


def test_a_balancing_sampler_underneath(rows, lively):
    drawn = AugmentedRows(rows, lively)
    order = EpochOrder(drawn, make_sampler("weighted_random", drawn.labels, num_samples=12, seed=3))
    first = list(order)
    order.set_epoch(1)
    assert [row for _, row in order] != [row for _, row in first]


def sharded(rows, lively, process, skip=0, epoch=1):
    """What one of two processes is handed in an epoch, by accelerate as the Trainer calls it."""
    drawn = AugmentedRows(rows, lively, seed=1)
    order = EpochOrder(drawn, DealtSampler(len(drawn), drawn.originals, seed=1))
    loader = DataLoader(drawn, batch_size=2, sampler=order, collate_fn=lambda items: items)
    prepared = prepare_data_loader(loader, num_processes=2, process_index=process, put_on_device=False)
    if skip:
        prepared = skip_first_batches(prepared, skip)
    prepared.set_epoch(epoch)
    return [[(item.epoch, item.key) for item in batch] for batch in prepared]


def test_two_processes_share_out_what_one_has(rows, lively):
    drawn = AugmentedRows(rows, lively, seed=1)
    order = EpochOrder(drawn, DealtSampler(len(drawn), drawn.originals, seed=1))
    order.set_epoch(1)
    alone = [(epoch, drawn[epoch, row].key) for epoch, row in order]
    halves = [sharded(rows, lively, process) for process in (0, 1)]
    together = [item for pair in zip(*halves, strict=True) for batch in pair for item in batch]
    assert together == alone


@pytest.mark.parametrize("process", [0, 1])
def test_case_4_11_a_resume_in_several_processes_knows_the_epoch(rows, lively, process):
    """After a skip accelerate tells the epoch to the dataset, and not to a sampler within two wrappers."""
    assert sharded(rows, lively, process, skip=1) == sharded(rows, lively, process)[1:]
