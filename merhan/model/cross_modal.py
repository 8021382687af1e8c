"""Where the modalities meet: convolution to one width, attention both ways, then over both at once."""

from __future__ import annotations

import torch
from torch import nn

from merhan.model.attention import AttentionBlock
from merhan.model.settings import ModelSettings


class CrossModal(nn.Module):
    """MER-HAN's upper half.  Source: Zhang et al. 2023, doi 10.1016/j.bspc.2023.105052.

    A 1-D convolution brings either sequence to `width`; audio reads text and text reads audio
    (cross-modal attention); then every position reads both sequences (global inter-modal attention).
    """

    def __init__(self, audio_size: int, text_size: int, settings: ModelSettings):
        super().__init__()
        width, kernel = settings.width, settings.kernel
        self.audio_conv = nn.Conv1d(audio_size, width, kernel, padding=kernel // 2)
        self.text_conv = nn.Conv1d(text_size, width, kernel, padding=kernel // 2)
        self.audio_reads_text = AttentionBlock(width, settings.heads, settings.dropout)
        self.text_reads_audio = AttentionBlock(width, settings.heads, settings.dropout)
        self.inter_modal = AttentionBlock(width, settings.heads, settings.dropout)

    def forward(
        self,
        audio: torch.Tensor,
        audio_mask: torch.Tensor,
        text: torch.Tensor,
        text_mask: torch.Tensor,
        weights: bool = False,
    ) -> tuple[torch.Tensor, torch.Tensor, dict[str, torch.Tensor | None]]:
        """Audio (batch, steps, width), text (batch, tokens, width), attention weights by name.

        Weights, on request: audio_to_text (batch, heads, steps, tokens), text_to_audio, and inter_modal over
        steps and tokens in one row.
        """
        audio = _convolve(self.audio_conv, audio, audio_mask)
        text = _convolve(self.text_conv, text, text_mask)
        heard, audio_to_text = self.audio_reads_text(audio, text, text_mask, weights)
        read, text_to_audio = self.text_reads_audio(text, audio, audio_mask, weights)
        both, mask = torch.cat([heard, read], dim=1), torch.cat([audio_mask, text_mask], dim=1)
        both, inter_modal = self.inter_modal(both, both, mask, weights)
        heard, read = both.split([heard.shape[1], read.shape[1]], dim=1)
        maps = {"audio_to_text": audio_to_text, "text_to_audio": text_to_audio, "inter_modal": inter_modal}
        return heard, read, maps


def _convolve(conv: nn.Conv1d, x: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    # The last real step must see zeros to its right, as it does in an unpadded batch.
    return conv(x.masked_fill(~mask[..., None], 0.0).transpose(1, 2)).transpose(1, 2)
