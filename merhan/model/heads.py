"""From vectors to class logits: the network's heads and the direct path beside them."""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional as F


class ZeroLinear(nn.Linear):
    """A linear layer whose weights start at zero; the model's `_init_weights` knows it by its class."""


class ClassifierHead(nn.Module):
    """One hidden layer, then logits.  (batch, size) -> (batch, classes).

    `output` starts at zero: before the first step the logits are those of the direct path, and the network
    enters as a correction to it, at the pace at which it proves useful. Its own layers get their gradient
    from the second step on, when `output` has left zero.
    """

    def __init__(self, size: int, hidden: int, classes: int, dropout: float):
        super().__init__()
        self.hidden = nn.Linear(size, hidden)
        self.dropout = nn.Dropout(dropout)
        self.output = ZeroLinear(hidden, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.output(self.dropout(F.gelu(self.hidden(x))))


class DirectPath(nn.Module):
    """A linear model of the utterance's summaries whose logits are added to the audio and text heads'.

    With `joint` it has weights of its own for the joint head too, for a model whose joint logits do not build on
    the unimodal ones.

    Starts at zero, as a logistic regression does: it is convex, so there is no symmetry to break, and random
    weights over hundreds of functionals would only be noise to unlearn. Text means come as their encoder made
    them, so they are brought to the norm that as many standardised numbers as there are functionals would have:
    several hundred channels of text would else drown a hundred functionals.
    """

    def __init__(self, functional_dim: int, text_dim: int, classes: int, dropout: float, joint: bool):
        super().__init__()
        self.classes, self.text_dim = classes, text_dim
        self.text_scale = math.sqrt((functional_dim or text_dim) / text_dim)
        self.dropout = nn.Dropout(dropout)
        self.text = ZeroLinear(text_dim, classes)
        self.audio = ZeroLinear(functional_dim, classes) if functional_dim else None
        self.text_to_joint = ZeroLinear(text_dim, classes) if joint else None
        self.audio_to_joint = ZeroLinear(functional_dim, classes) if joint and functional_dim else None

    def forward(
        self,
        functionals: torch.Tensor,
        has_audio: torch.Tensor,
        text_mean: torch.Tensor,
        has_text: torch.Tensor,
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Joint, audio and text logits, each (batch, classes); a missing modality adds nothing.

        Parameters
        ----------
        functionals : (batch, functional_dim). text_mean : (batch, text_dim).
        has_audio, has_text : bool (batch,).
        """
        heard = self.dropout(functionals)
        read = self.dropout(self.text_scale * F.layer_norm(text_mean, (self.text_dim,)))
        audio, text = self._of(self.audio, heard, has_audio), self._of(self.text, read, has_text)
        joint = self._of(self.audio_to_joint, heard, has_audio) + self._of(self.text_to_joint, read, has_text)
        return joint, audio, text

    def _of(self, linear: nn.Linear | None, x: torch.Tensor, present: torch.Tensor) -> torch.Tensor:
        if linear is None:
            return x.new_zeros(len(x), self.classes)
        return linear(x) * present[:, None]
