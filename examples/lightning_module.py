"""Anybody's LightningModule, without and with a Balance: three lines are the plugin."""

from __future__ import annotations

import lightning as L
import torch
from torch import nn
from torch.utils.data import TensorDataset

from balancer.plugin import Balance, BalanceCallback, BalancedLoader

CENTRES = torch.tensor([[0.0, 0.0], [1.5, 0.0], [0.0, 1.5]])
NAMES = ["calm", "glad", "angry"]
QUIET = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False, "enable_model_summary": False}  # fmt: skip


class Classifier(L.LightningModule):
    """Two layers; its loss is the loader's."""

    def __init__(self, loader: BalancedLoader):
        super().__init__()
        self.layers, self.loader = nn.Sequential(nn.Linear(2, 32), nn.ReLU(), nn.Linear(32, 3)), loader

    def training_step(self, batch, batch_idx):
        inputs, labels = batch
        return self.loader.loss(self.layers(inputs), labels)  # 1

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=1e-2)


def points(*counts: int, seed: int) -> TensorDataset:
    """So many of each class, around its centre."""
    labels = torch.repeat_interleave(torch.arange(len(counts)), torch.tensor(counts))
    noise = torch.randn(len(labels), 2, generator=torch.Generator().manual_seed(seed))
    return TensorDataset(CENTRES[labels] + noise, labels)


def recall_of(balance: Balance) -> list[float]:
    """What a model trained so recalls of each class in new points."""
    L.seed_everything(0, verbose=False)
    loader = BalancedLoader(balance, points(800, 150, 50, seed=1), batch_size=8)  # 2
    module, callbacks = Classifier(loader), [BalanceCallback(loader)]  # 3
    L.Trainer(max_epochs=8, accumulate_grad_batches=4, accelerator="cpu", callbacks=callbacks, **QUIET).fit(module, loader)  # fmt: skip
    inputs, labels = points(300, 300, 300, seed=2).tensors
    right = module.layers(inputs).argmax(dim=1) == labels
    return [right[labels == number].float().mean().item() for number in range(3)]


for said, chosen in {"without": Balance(), "with": Balance(sampler="class_aware")}.items():
    found = zip(NAMES, recall_of(chosen), strict=True)
    print(f"{said:>7} balance: recall of " + ", ".join(f"{name} {recall:.2f}" for name, recall in found))
