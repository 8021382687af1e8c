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
    """A linear model of the utterance's summaries whose logits are added to the heads'.

    Starts at zero, as a logistic regression does: it is convex, so there is no symmetry to break, and random
    weights over hundreds of functionals would only be noise to unlearn. Text means come as their encoder made
    them, so they are brought to the norm that as many standardised numbers as there are functionals would have:
    several hundred channels of text would else drown a hundred functionals.
    """

    def __init__(self, functional_dim: int, text_dim: int, classes: int, dropout: float):
        super().__init__()
        self.functional_dim, self.text_dim = functional_dim, text_dim
        self.text_scale = math.sqrt((functional_dim or text_dim) / max(text_dim, 1))
        self.dropout = nn.Dropout(dropout)
        # Joint and unimodal weights are apart: what counts beside the other modality isn't what counts alone.
        self.audio_to_joint = ZeroLinear(functional_dim, classes, bias=False) if functional_dim else None
        self.audio_to_audio = ZeroLinear(functional_dim, classes) if functional_dim else None
        self.text_to_joint = ZeroLinear(text_dim, classes, bias=False) if text_dim else None
        self.text_to_text = ZeroLinear(text_dim, classes) if text_dim else None
        self.joint_bias = nn.Parameter(torch.empty(classes))

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
        joint = self.joint_bias.expand(len(has_audio), -1)
        audio, text = torch.zeros_like(joint), torch.zeros_like(joint)
        if self.functional_dim:
            heard, there = self.dropout(functionals), has_audio[:, None]
            joint = joint + self.audio_to_joint(heard) * there
            audio = self.audio_to_audio(heard) * there
        if self.text_dim:
            read = self.text_scale * F.layer_norm(text_mean, (self.text_dim,))
            read, there = self.dropout(read), has_text[:, None]
            joint = joint + self.text_to_joint(read) * there
            text = self.text_to_text(read) * there
        return joint, audio, text
