from __future__ import annotations

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import TensorDataset

from balancer import BalanceError
from balancer.plugin import Balance, BalancedLoader, plain

LABELS = [0] * 24 + [1] * 9 + [2] * 4  # 37 rows: the last batch isn't full, nor the last window


@pytest.fixture
def data():
    made = torch.Generator().manual_seed(0)
    return TensorDataset(torch.randn(len(LABELS), 4, generator=made), torch.tensor(LABELS))


def gradients(loader, model):
    """(steps, weights) what each step's gradient is, the model never moving."""
    found = []
    for inputs, labels in loader:
        loader.loss(model(inputs), labels).backward()
        if loader.steps:
            found.append(torch.cat([p.grad.flatten() for p in model.parameters()]))
            model.zero_grad()
    return torch.stack(found)


@pytest.mark.parametrize(
    "balance",
    [
        Balance("balanced", label_smoothing=0.1),
        Balance("balanced", loss="focal"),
        Balance(loss="class_balanced", sampler="square_root"),
        Balance("effective_number", loss="ldam", drw_epoch=1),
    ],
)
@pytest.mark.parametrize("epoch", [0, 1])
def test_accumulated_batches_give_the_gradient_of_one_big_batch(balance, epoch, data):
    model = nn.Linear(4, 3)
    whole = gradients(BalancedLoader(balance, data, batch_size=8).epoch(epoch), model)
    parts = gradients(BalancedLoader(balance, data, batch_size=2, accumulate=4).epoch(epoch), model)
    assert len(whole) == 5
    assert torch.allclose(parts, whole, atol=1e-6)


def test_the_gradient_is_that_of_torchs_weighted_cross_entropy(data):
    model = nn.Linear(4, 3)
    found = gradients(BalancedLoader("auto", data, batch_size=10, accumulate=4), model)
    inputs, labels = data.tensors
    nn.functional.cross_entropy(model(inputs), labels, torch.tensor([1 / 24, 1 / 9, 1 / 4])).backward()
    assert torch.allclose(found[0], torch.cat([p.grad.flatten() for p in model.parameters()]), atol=1e-6)


def test_sample_weights_count_in_the_window(data):
    model = nn.Linear(4, 3)
    weights = np.random.default_rng(0).random(len(LABELS))
    given = torch.tensor(weights, dtype=torch.float32)
    loader = BalancedLoader(Balance("balanced"), data, batch_size=5, accumulate=8, sample_weights=weights)
    for rows, (inputs, labels) in zip(np.array_split(loader._order(), range(5, 37, 5)), loader, strict=True):
        loader.loss(model(inputs), labels, given[rows]).backward()
    found = model.weight.grad.clone()
    model.zero_grad()
    inputs, labels = data.tensors
    each = nn.functional.cross_entropy(model(inputs), labels, reduction="none")
    weight = given * torch.tensor([1 / 24, 1 / 9, 1 / 4])[labels]
    ((weight * each).sum() / weight.sum()).backward()
    assert torch.allclose(found, model.weight.grad, atol=1e-6)


def test_soft_labels_weigh_by_their_shares():
    shares = torch.tensor([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0], [1.0, 0.0]])
    data = TensorDataset(torch.randn(4, 3), shares)
    model = nn.Linear(3, 2)
    whole = gradients(BalancedLoader(Balance("balanced"), data, batch_size=4), model)
    parts = gradients(BalancedLoader(Balance("balanced"), data, batch_size=1, accumulate=4), model)
    assert torch.allclose(parts, whole, atol=1e-6)


def test_two_processes_see_each_row_once_and_give_one_processs_gradient(data, monkeypatch):
    model = nn.Linear(4, 3)
    balance = Balance("balanced")
    whole = gradients(BalancedLoader(balance, data, batch_size=6), model)  # the last batch has one row
    seen, parts = [], []
    for rank in (0, 1):
        monkeypatch.setattr(plain, "_processes", lambda rank=rank: (2, rank))
        loader = BalancedLoader(balance, data, batch_size=3)
        parts.append(gradients(loader, model))
        dealt = [loader._part(loader._order(), batch)[:2] for batch in range(len(loader))]
        seen += [row for own, real in dealt for row in own[:real]]
    assert sorted(seen) == list(range(37))
    assert torch.allclose((parts[0] + parts[1]) / 2, whole, atol=1e-6)  # DistributedDataParallel's mean


@pytest.mark.parametrize("sampler", [None, "class_aware", "weighted_random"])
def test_case_4_11_a_loader_resumes_in_mid_epoch(sampler, data):
    balance = Balance(sampler=sampler)
    loader = BalancedLoader(balance, data, batch_size=4)
    expected = [labels.tolist() + inputs.flatten().tolist() for inputs, labels in loader.epoch(3)]
    stopped = BalancedLoader(balance, data, batch_size=4)
    seen = []
    for inputs, labels in stopped.epoch(3):
        seen.append(labels.tolist() + inputs.flatten().tolist())
        if len(seen) == 5:
            state = stopped.state_dict()
            break
    again = BalancedLoader(balance, data, batch_size=4)
    again.load_state_dict(state)
    seen += [labels.tolist() + inputs.flatten().tolist() for inputs, labels in again]
    assert state == {"epoch": 3, "batches": 5}
    assert seen == expected
    assert [labels.tolist() for _, labels in again.epoch(4)] != [
        labels.tolist() for _, labels in again.epoch(5)
    ]


def test_between_epochs_the_loss_is_a_batchs_own_mean(data):
    loader = BalancedLoader(Balance("balanced"), data, batch_size=8)
    inputs, labels = data.tensors
    logits = nn.Linear(4, 3)(inputs)
    expected = nn.functional.cross_entropy(logits, labels, torch.tensor([1 / 24, 1 / 9, 1 / 4]))
    assert loader.loss(logits, labels).item() == pytest.approx(expected.item(), rel=1e-5)


@pytest.mark.parametrize("given", [{"batch_size": 0}, {"accumulate": 1.5}])
def test_sizes_are_checked(given, data):
    with pytest.raises(BalanceError, match="whole number from 1"):
        BalancedLoader("auto", data, **given)
