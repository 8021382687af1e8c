"""Attention of one sequence to another, or to itself, that never looks at padding."""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional as F


class MultiHeadAttention(nn.Module):
    """Scaled dot-product attention with several heads.  Source: Vaswani et al. 2017, arXiv:1706.03762.

    Shapes: query (batch, queries, size), context (batch, keys, size), context_mask bool (batch, keys), true
    where a key is real. Every row of the mask must hold at least one true.
    """

    def __init__(self, size: int, heads: int):
        super().__init__()
        self.heads = heads
        self.query = nn.Linear(size, size)
        self.key_value = nn.Linear(size, 2 * size)
        self.output = nn.Linear(size, size)

    def forward(
        self, query: torch.Tensor, context: torch.Tensor, context_mask: torch.Tensor, weights: bool = False
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        """What each query read (batch, queries, size), if asked from where (batch, heads, queries, keys)."""
        asked = self._split(self.query(query))
        keys, values = (self._split(part) for part in self.key_value(context).chunk(2, dim=-1))
        mask = context_mask[:, None, None, :]
        read, attended = F.scaled_dot_product_attention(asked, keys, values, attn_mask=mask), None
        if weights:
            scores = asked.float() @ keys.float().transpose(-1, -2) / math.sqrt(asked.shape[-1])
            attended = scores.masked_fill(~mask, -torch.inf).softmax(-1)
        return self.output(read.transpose(1, 2).flatten(2)), attended

    def _split(self, x: torch.Tensor) -> torch.Tensor:
        return x.unflatten(-1, (self.heads, -1)).transpose(1, 2)


class AttentionBlock(nn.Module):
    """Attention, dropout, residual, norm: LayerNorm(query + Dropout(Attention(query, context)))."""

    def __init__(self, size: int, heads: int, dropout: float):
        super().__init__()
        self.attention = MultiHeadAttention(size, heads)
        self.dropout = nn.Dropout(dropout)
        self.norm = nn.LayerNorm(size)

    def forward(
        self, query: torch.Tensor, context: torch.Tensor, context_mask: torch.Tensor, weights: bool = False
    ) -> tuple[torch.Tensor, torch.Tensor | None]:
        """As MultiHeadAttention."""
        read, attended = self.attention(query, context, context_mask, weights)
        return self.norm(query + self.dropout(read)), attended
