"""The two unimodal branches: a token that sums the utterance up, then its frames or words.

The first position of either branch is always real: the summary where the modality is there, a learned
"missing" vector where it isn't. So no attention ever meets a row of nothing but padding.
"""

from __future__ import annotations

import torch
from torch import nn

from merhan.model.attention import AttentionBlock
from merhan.model.inputs import Modality
from merhan.model.settings import ModelSettings


class BiLSTM(nn.Module):
    """Layers of LSTM, each way, over sequences padded at their end.

    (batch, steps, input_size) -> (batch, steps, 2 size).

    The way back starts at each row's own last step: rows are reversed within their length, which costs a
    gather, where packing them costs two to four times the LSTM itself on a CPU.
    """

    def __init__(self, input_size: int, size: int, layers: int, dropout: float):
        super().__init__()
        sizes = [input_size] + [2 * size] * (layers - 1)
        self.onward = nn.ModuleList(nn.LSTM(n, size, batch_first=True) for n in sizes)
        self.back = nn.ModuleList(nn.LSTM(n, size, batch_first=True) for n in sizes)
        self.dropout = nn.Dropout(dropout)

    def forward(self, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """States of the real steps; what stands at padding means nothing."""
        lengths = mask.sum(1, keepdim=True)
        steps = torch.arange(x.shape[1], device=x.device)[None]
        mirror = torch.where(steps < lengths, lengths - 1 - steps, steps)[..., None]
        for number, (onward, back) in enumerate(zip(self.onward, self.back, strict=True)):
            x = self.dropout(x) if number else x
            returned = back(x.gather(1, mirror.expand_as(x)))[0]
            x = torch.cat([onward(x)[0], returned.gather(1, mirror.expand_as(returned))], dim=-1)
        return x


class Branch(nn.Module):
    """One modality: projection, BiLSTM (optional for text), summary token, local intra-modal attention.

    Parameters
    ----------
    step_dim : numbers a frame or token.
    summary_dim : numbers of the utterance's summary (functionals, mean text vector); 0: its token is learned.
    layers : of BiLSTM; with 0 the projection alone.
    centre : whether steps are taken about their row's mean, in units of its deviation. Levels tell who speaks more
        than how; those that tell how are among the functionals.
    """

    def __init__(
        self, step_dim: int, summary_dim: int, layers: int, settings: ModelSettings, centre: bool = False
    ):
        super().__init__()
        self.centre = centre
        self.size = 2 * settings.lstm_size if layers else settings.width
        self.project = nn.Sequential(
            nn.Linear(step_dim, self.size), nn.LayerNorm(self.size), nn.Dropout(settings.dropout)
        )
        self.lstm = BiLSTM(self.size, settings.lstm_size, layers, settings.dropout) if layers else None
        self.summarise = (
            nn.Sequential(nn.Linear(summary_dim, self.size), nn.LayerNorm(self.size)) if summary_dim else None
        )
        # First for a missing modality, then for one that is there but has no summary.
        self.tokens = nn.Parameter(torch.empty(2, self.size))
        self.dropout = nn.Dropout(settings.dropout)
        self.attention = AttentionBlock(self.size, settings.heads, settings.dropout)

    def forward(
        self, given: Modality, weights: bool = False
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor | None]:
        """States (batch, 1 + steps, size), their mask, attention weights on request."""
        states = self.project(centred(given.steps, given.mask) if self.centre else given.steps)
        if self.lstm is not None:
            states = self.lstm(states, given.mask)
        known = self.tokens[1] if self.summarise is None else self.summarise(given.summary)
        token = torch.where(given.present[:, None], known, self.tokens[0].to(known.dtype))
        states = self.dropout(torch.cat([token[:, None].to(states.dtype), states], dim=1))
        mask = torch.cat([given.mask.new_ones(len(given.mask), 1), given.mask], dim=1)
        states, attended = self.attention(states, states, mask, weights)
        return states, mask, attended


def centred(steps: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """Each row's real steps (batch, steps, step_dim) about their mean, over their deviation; 0 at padding.

    A deviation below a tenth of what the features were normalised by is no movement to be blown up.
    """
    real, count = mask[..., None], mask.sum(1).clamp_min(1)[:, None, None]
    about = (steps - steps.sum(1, keepdim=True) / count).masked_fill(~real, 0.0)
    variance = about.square().sum(1, keepdim=True) / count
    return about / variance.clamp_min(0.1**2).sqrt()
