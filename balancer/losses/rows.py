"""Rows of a batch: which count, their labels as shares, their weighted mean; what does not fit is named."""

from __future__ import annotations

import torch
from torch import Tensor

from balancer.errors import BalanceError


def ignored_rows(labels: Tensor, ignore_index: int) -> Tensor:
    """Rows that contribute nothing, bool (batch,): of that label; of soft labels, all of it or all zero."""
    if labels.ndim == 2:
        return ((labels == ignore_index) | (labels == 0)).all(dim=1)
    return labels == ignore_index


def shares_of(labels: Tensor, ignored: Tensor, like: Tensor) -> Tensor:
    """Shares (batch, classes) that sum to 1, zero in ignored rows; `like` has their shape, device and type."""
    if labels.ndim == 2:
        shares = labels.to(like).masked_fill(ignored.unsqueeze(1), 0.0)
        return shares / shares.sum(dim=1, keepdim=True).masked_fill(ignored.unsqueeze(1), 1.0)
    place = labels.long().masked_fill(ignored, 0).unsqueeze(1)
    shares = torch.zeros_like(like).scatter(1, place, 1.0)
    return shares.masked_fill(ignored.unsqueeze(1), 0.0)


def reduced(losses: Tensor, weights: Tensor, reduction: str) -> Tensor | tuple[Tensor, Tensor]:
    """`losses` (batch,), weighted already, as `make_loss` names its reductions."""
    if reduction == "none":
        return losses
    if reduction == "sum":
        return losses.sum()
    total = weights.sum()
    if reduction == "sum_and_weight":
        return losses.sum(), total
    return losses.sum() / total.where(total > 0, 1)  # nothing but ignored rows: 0, not NaN


def check_rows(
    labels: Tensor, rows: int, classes: int, ignore_index: int, sample_weight: Tensor | None = None
) -> None:
    """Raise BalanceError for labels and weights that are not those of `rows` rows and `classes` classes."""
    if labels.shape not in ((rows,), (rows, classes)):
        raise BalanceError(
            f"labels {tuple(labels.shape)} do not fit {rows} rows of {classes} classes: "
            "give (batch,) class ids or (batch, classes) shares.",
            "labels",
        )
    if labels.ndim == 1 and labels.is_floating_point():
        raise BalanceError(
            f"labels of shape (batch,) are class ids, whole numbers, not {labels.dtype}.", "labels"
        )
    if sample_weight is not None and sample_weight.shape != (rows,):
        raise BalanceError(
            f"sample_weight has shape {tuple(sample_weight.shape)} for {rows} rows; give one a row.",
            "sample_weight",
        )
    # On an accelerator a look at the values would stop the stream; there scatter's own check speaks.
    if labels.device.type == "cpu":
        used = ~ignored_rows(labels, ignore_index)
        _check_values(labels, used, classes)
        if sample_weight is not None and sample_weight.device.type == "cpu":
            row = _first(used & ~(torch.isfinite(sample_weight) & (sample_weight >= 0)))
            if row is not None:
                raise BalanceError(
                    f"sample_weight of row {row} is {sample_weight[row]:g}; weights are finite, from 0.",
                    "sample_weight",
                )


def _check_values(labels: Tensor, used: Tensor, classes: int) -> None:
    if labels.ndim == 1:
        row = _first(used & ((labels < 0) | (labels >= classes)))
        if row is not None:
            raise BalanceError(
                f"label {int(labels[row])} is outside 0 to {classes - 1}, the classes there are.", "labels"
            )
        return
    row = _first(used & ~(torch.isfinite(labels) & (labels >= 0)).all(dim=1))
    if row is not None:
        raise BalanceError(
            f"row {row} of the labels is {labels[row].tolist()}; shares are finite, from 0.", "labels"
        )


def _first(rows: Tensor) -> int | None:
    return int(rows.nonzero()[0]) if bool(rows.any()) else None
