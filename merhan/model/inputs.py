"""Whatever a caller passes, missing or padded with garbage, becomes tensors the network can take whole."""

from __future__ import annotations

from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Modality:
    """One modality of a batch, zero wherever nothing real stands.

    steps (batch, steps, step_dim); mask bool (batch, steps), all false where the modality is missing; summary
    (batch, summary_dim); present bool (batch,).
    """

    steps: torch.Tensor
    mask: torch.Tensor
    summary: torch.Tensor
    present: torch.Tensor


def clean(
    steps: torch.Tensor | None,
    mask: torch.Tensor | None,
    summary: torch.Tensor | None,
    present: torch.Tensor | None,
    *,
    step_dim: int,
    summary_dim: int,
    like: torch.Tensor,
) -> Modality:
    """A Modality from what is there.

    Steps absent: the modality has only its summary; that absent too: it is missing in every row. Mask absent:
    every step is real. Presence absent: true. What a mask or presence hides may hold anything, NaN included.

    Parameters
    ----------
    like : any tensor (batch, …) of the device and dtype wanted.
    """
    batch = len(like)
    if present is None:
        given = steps is not None or summary is not None
        present = torch.full((batch,), given, dtype=torch.bool, device=like.device)
    present = present.to(like.device).bool()
    if steps is None or steps.shape[1] == 0:  # an LSTM wants one step at least
        steps, mask = like.new_zeros(batch, 1, step_dim), present.new_zeros(batch, 1)
    if mask is None:
        mask = present.new_ones(steps.shape[:2])
    mask = mask.bool() & present[:, None]
    if summary is None:
        summary = like.new_zeros(batch, summary_dim)
    return Modality(
        steps=steps.to(like.dtype).masked_fill(~mask[..., None], 0.0),
        mask=mask,
        summary=summary.to(like.dtype).masked_fill(~present[:, None], 0.0),
        present=present,
    )
