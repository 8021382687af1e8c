from __future__ import annotations

import math

import pytest
import torch
from transformers import get_cosine_schedule_with_warmup

from merhan.training.schedules import restarting_cosine


def rates(make, steps: int = 40) -> list[float]:
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.ones(1))], lr=2.0)
    schedule = make(optimizer)
    found = []
    for _ in range(steps):
        found.append(schedule.get_last_lr()[0])
        optimizer.step()
        schedule.step()
    return found


def test_without_restarts_it_is_that_of_transformers() -> None:
    ours = rates(lambda optimizer: restarting_cosine(optimizer, 40, 0.1, {}))
    theirs = rates(lambda optimizer: get_cosine_schedule_with_warmup(optimizer, 4, 40))
    assert ours == pytest.approx(theirs)


def test_each_part_has_a_schedule_of_its_own() -> None:
    found = rates(lambda optimizer: restarting_cosine(optimizer, 40, 0.1, {20: 0.25}))
    assert found[:2] == pytest.approx([0.0, 1.0])  # two steps of warming up in a part of twenty
    assert found[2] == pytest.approx(2.0)
    assert found[11] == pytest.approx(1.0)  # halfway from step 2 to 20
    assert found[20:23] == pytest.approx([0.0, 0.25, 0.5])
    assert found[22:] == pytest.approx([value / 4 for value in found[2:20]])
    assert found[19] == pytest.approx(1 + math.cos(math.pi * 17 / 18))
