"""A sequence becomes one vector; padding has no say."""

from __future__ import annotations

import torch
from torch import nn

from merhan.model.settings import ModelSettings


class Pooling(nn.Module):
    """What the settings say: `pooling` over all steps, plus the first step's state where `pool_summary`.

    The first step is the summary token, which says more than any frame: as one of sixty, it would be drowned.
    x (batch, steps, size), mask bool (batch, steps), true at the first step -> (batch, size).
    """

    def __init__(self, size: int, settings: ModelSettings):
        super().__init__()
        self.over_steps = _POOLINGS[settings.pooling](size)
        self.pool_summary = settings.pool_summary

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        pooled = self.over_steps(x, mask)
        return x[:, 0] + pooled if self.pool_summary else pooled


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


_POOLINGS = {"attentive": AttentivePooling, "mean": MeanPooling}
