"""Training without one of the modalities now and then, so that neither is leant on alone."""

from __future__ import annotations

import torch


def drop_modalities(
    has_audio: torch.Tensor,
    has_text: torch.Tensor,
    p_audio: float,
    p_text: float,
    generator: torch.Generator | None = None,
) -> tuple[torch.Tensor, torch.Tensor]:
    """New `has_audio` and `has_text`, bool (batch,): a row that has both loses audio or text, never both.

    Parameters
    ----------
    p_audio, p_text : probability that a row loses its audio, its text; together at most 1.
    generator : of the drawing, on the CPU; torch's own where absent.

    Raises
    ------
    ValueError : for probabilities below 0 or together above 1.
    """
    if p_audio < 0 or p_text < 0 or p_audio + p_text > 1:
        raise ValueError(
            f"modality dropout of {p_audio:g} for audio and {p_text:g} for text: give two numbers from 0 "
            "that together stay at or below 1, since a row never loses both"
        )
    drawn = torch.rand(len(has_audio), generator=generator).to(has_audio.device)
    has_audio, has_text = has_audio.bool(), has_text.bool()
    both = has_audio & has_text
    return has_audio & ~(both & (drawn < p_audio)), has_text & ~(both & (drawn >= 1 - p_text))
