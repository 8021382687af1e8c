"""How the pooled audio and text vectors become one.

A fusion is a module built as `Fusion(size)`, called with audio (batch, size) and text (batch, size), that
returns (batch, out_size) and says its `out_size`.
"""

from __future__ import annotations

import torch
from torch import nn

from merhan.model.settings import fusions


@fusions.register("gated")
class GatedFusion(nn.Module):
    """g·a + (1 − g)·t with g = sigmoid(W[a; t]), a gate for every channel.  Source: Arevalo et al. 2017."""

    def __init__(self, size: int):
        super().__init__()
        self.out_size = size
        self.gate = nn.Linear(2 * size, size)

    def forward(self, audio: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        gate = torch.sigmoid(self.gate(torch.cat([audio, text], dim=-1)))
        return gate * audio + (1 - gate) * text


@fusions.register("concat")
class ConcatFusion(nn.Module):
    """[a; t]: the published MER-HAN leaves the rest to its classifier."""

    def __init__(self, size: int):
        super().__init__()
        self.out_size = 2 * size

    def forward(self, audio: torch.Tensor, text: torch.Tensor) -> torch.Tensor:
        return torch.cat([audio, text], dim=-1)
