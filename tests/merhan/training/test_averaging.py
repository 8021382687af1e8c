from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import torch
from torch import nn

from merhan.training.averaging import WeightAverage


def stepped(average: WeightAverage, model: nn.Linear, values: list[float]) -> None:
    state = SimpleNamespace(global_step=0, is_world_process_zero=True)
    average.on_train_begin(None, state, None, model=model)
    for value in values:
        state.global_step += 1
        model.weight.data.fill_(value)
        average.on_step_end(None, state, None, model=model)


def test_average_follows_the_ramp() -> None:
    model = nn.Linear(1, 1, bias=False)
    model.weight.data.fill_(1.0)
    average = WeightAverage(decay=0.9)
    stepped(average, model, [2.0, 4.0])
    expected = 1.0
    for step, value in ((1, 2.0), (2, 4.0)):
        decay = min(0.9, (1 + step) / (10 + step))
        expected = decay * expected + (1 - decay) * value
    torch.testing.assert_close(average.weights["weight"], torch.tensor([[expected]]))


def test_swapping_gives_the_model_its_own_weights_back() -> None:
    model = nn.Linear(1, 1, bias=False)
    average = WeightAverage(decay=0.9)
    stepped(average, model, [2.0, 4.0])
    with average.swapped_into(model):
        assert model.weight.item() == average.weights["weight"].item()
    assert model.weight.item() == 4.0


def test_average_survives_a_checkpoint(tmp_path: Path) -> None:
    model = nn.Linear(1, 1, bias=False)
    average = WeightAverage(decay=0.9)
    stepped(average, model, [2.0])
    average.save(tmp_path)
    again = WeightAverage(decay=0.9)
    again.load(tmp_path)
    torch.testing.assert_close(again.weights["weight"], average.weights["weight"])


def test_frozen_weights_are_left_out() -> None:
    model = nn.Linear(1, 1)
    model.bias.requires_grad_(False)
    average = WeightAverage(decay=0.9)
    stepped(average, model, [2.0])
    assert set(average.weights) == {"weight"}
