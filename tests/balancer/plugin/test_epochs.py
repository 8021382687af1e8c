from __future__ import annotations

from types import SimpleNamespace

import pytest

from balancer.plugin.epochs import EpochBegin, EpochOrder


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ((0, 1.0, 2.0), [0, 1, 2]),
        ((None, 1.0), [0, 1]),
        ((2.4, 3.0), [2, 3]),  # resumed in mid-epoch
        ((0, 0.6, 1.6), [0, 1, 2]),  # an epoch that a callback stopped early
    ],
)
def test_the_epoch_that_begins_is_a_whole_number(told, expected):
    seen = []
    begin = EpochBegin(seen.append)
    for training in (1, 2):  # train() may be called again
        begin.on_train_begin(None, None, None)
        for epoch in told:
            begin.on_epoch_begin(None, SimpleNamespace(epoch=epoch), None)
        assert seen == expected * training


def test_an_order_hears_of_its_epoch_from_nobody_else():
    told = []
    sampler = type("Told", (list,), {"set_epoch": lambda self, epoch: told.append(epoch)})([3, 1])
    order = EpochOrder(sampler)
    order.epoch = 4
    assert not hasattr(order, "set_epoch")
    assert (list(order), told, len(order)) == ([3, 1], [4], 2)
