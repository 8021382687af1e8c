"""A sequence becomes one vector; padding has no say."""

from __future__ import annotations

import torch
from torch import nn


class AttentivePooling(nn.Module):
    """Weighted mean whose weights are learned.  Source: Okabe et al. 2018, arXiv:1803.10963 (its attention).

    x (batch, steps, size), mask bool (batch, steps) with at least one true a row -> (batch, size).
    """

    def __init__(self, size: int):
        super().__init__()
        self.hidden = nn.Linear(size, size)
        self.score = nn.Linear(size, 1, bias=False)  # a bias would cancel in the softmax

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        scores = self.score(torch.tanh(self.hidden(x))).squeeze(-1).float()
        weights = scores.masked_fill(~mask, -torch.inf).softmax(-1)
        return torch.einsum("bt,btd->bd", weights.to(x.dtype), x)


class MeanPooling(nn.Module):
    """Mean over the real steps; shapes as AttentivePooling; a row without real steps gives zeros."""

    def __init__(self, size: int | None = None):
        super().__init__()

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        real = mask[..., None]
        total = x.masked_fill(~real, 0.0).sum(1, dtype=torch.float32)
        return (total / real.sum(1).clamp_min(1)).to(x.dtype)


POOLINGS = {"attentive": AttentivePooling, "mean": MeanPooling}
