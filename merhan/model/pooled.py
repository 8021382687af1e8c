"""What stands between the representation and the classifier: one vector an utterance and source."""

from __future__ import annotations

from typing import NamedTuple

import torch


class Pooled(NamedTuple):
    """All that MER-HAN's heads and direct path read of a batch; without a network its vectors are None.

    functionals (batch, functional_dim); text_mean (batch, text_dim); has_audio, has_text bool (batch,).
    audio, text : (batch, size), of either branch alone, for its own head. fused : (batch, embedding_size).
    """

    functionals: torch.Tensor
    text_mean: torch.Tensor
    has_audio: torch.Tensor
    has_text: torch.Tensor
    audio: torch.Tensor | None = None
    text: torch.Tensor | None = None
    fused: torch.Tensor | None = None

    def rows(self, index: torch.Tensor) -> Pooled:
        """Some rows, by number."""
        return Pooled(*(None if part is None else part[index] for part in self))
