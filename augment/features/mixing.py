"""What mixup, Remix and manifold mixup share: partners, shares, soft labels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from numpy.random import Generator

from augment.features.transform import BatchInfo

if TYPE_CHECKING:
    import torch


def draw_partners(rng: Generator, batch: BatchInfo, alpha: float) -> dict[str, Any]:
    """A partner for each row, and the share that the row keeps, from Beta(alpha, alpha).

    Rows are paired with rows that have the same modalities: sound mixed with no sound would be softer sound.
    A row may draw itself, and then stays what it is.

    Returns
    -------
    {"partner": positions (all rows of the batch), "share": 0 to 1 of each}
    """
    partner = list(range(len(batch.labels)))
    share = [1.0] * len(partner)
    kinds: dict[tuple[bool, bool], list[int]] = {}
    for row in batch.rows:
        kinds.setdefault((bool(batch.has_audio[row]), bool(batch.has_text[row])), []).append(row)
    for kind in sorted(kinds):
        rows = kinds[kind]
        shuffled = rng.permutation(len(rows))
        for row, other, kept in zip(rows, shuffled, rng.beta(alpha, alpha, len(rows)), strict=True):
            partner[row], share[row] = rows[other], float(kept)
    return {"partner": partner, "share": share}


def mixed_labels(
    labels: torch.Tensor,
    partner: Sequence[int] | torch.Tensor,
    share: Sequence[float] | torch.Tensor,
    classes: int,
) -> torch.Tensor:
    """Soft labels (rows, classes): share of the own one, the rest of the partner's."""
    import torch

    soft = labels.float() if labels.ndim == 2 else torch.nn.functional.one_hot(labels, classes).float()
    return mixed(soft, torch.as_tensor(partner), torch.as_tensor(share))


def mixed(values: torch.Tensor, partner: torch.Tensor, share: torch.Tensor) -> torch.Tensor:
    """share * own + (1 - share) * partner's, row by row; (rows, …) of the same type."""
    kept = share.view(-1, *[1] * (values.ndim - 1)).to(values.device)
    own = values.float()
    return (kept * own + (1 - kept) * own[partner.to(values.device)]).to(values.dtype)
