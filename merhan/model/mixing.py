"""Manifold mixup inside the network.  Source: Verma et al. 2019, arXiv:1806.05236."""

from __future__ import annotations

from typing import NamedTuple

import torch


class Mixing(NamedTuple):
    """Who is mixed with whom, (batch,), and the share that each row keeps, (batch,), at either layer; None: not at all."""

    partner: torch.Tensor | None = None
    share_pooled: torch.Tensor | None = None
    share_fused: torch.Tensor | None = None

    def pooled(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, size) of one modality, before they meet."""
        return self._mixed(x, self.share_pooled)

    def fused(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, size) of both."""
        return self._mixed(x, self.share_fused)

    def everywhere(self, x: torch.Tensor) -> torch.Tensor:
        """(batch, size) of what meets neither layer on its way to its own logits."""
        return self.pooled(self.fused(x))  # one of the two shares is 1

    def _mixed(self, x: torch.Tensor, share: torch.Tensor | None) -> torch.Tensor:
        if self.partner is None or share is None:
            return x
        kept = share.to(x.dtype)[:, None]
        return kept * x + (1 - kept) * x[self.partner]


UNMIXED = Mixing()
