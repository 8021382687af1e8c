"""A training loop of one's own, without and with a Balance: three lines are the plugin."""

from __future__ import annotations

import torch
from torch import nn
from torch.utils.data import TensorDataset

from balancer.plugin import Balance, BalancedLoader

CENTRES = torch.tensor([[0.0, 0.0], [1.5, 0.0], [0.0, 1.5]])
NAMES = ["calm", "glad", "angry"]


def points(*counts: int, seed: int) -> TensorDataset:
    """So many of each class, around its centre."""
    labels = torch.repeat_interleave(torch.arange(len(counts)), torch.tensor(counts))
    noise = torch.randn(len(labels), 2, generator=torch.Generator().manual_seed(seed))
    return TensorDataset(CENTRES[labels] + noise, labels)


def recall_of(balance: Balance) -> list[float]:
    """What a model trained so recalls of each class in new points."""
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 3))
    optimizer = torch.optim.Adam(model.parameters(), lr=1e-2)
    loader = BalancedLoader(balance, points(800, 150, 50, seed=1), batch_size=8, accumulate=4)  # 1
    for epoch in range(8):
        for inputs, labels in loader.epoch(epoch):  # 2
            loader.loss(model(inputs), labels).backward()  # 3
            if loader.steps:
                optimizer.step()
                optimizer.zero_grad()
    inputs, labels = points(300, 300, 300, seed=2).tensors
    right = model(inputs).argmax(dim=1) == labels
    return [right[labels == number].float().mean().item() for number in range(3)]


for said, chosen in {"without": Balance(), "with": Balance(loss="balanced_softmax")}.items():
    found = zip(NAMES, recall_of(chosen), strict=True)
    print(f"{said:>7} balance: recall of " + ", ".join(f"{name} {recall:.2f}" for name, recall in found))
