"""What all losses share: labels to targets, weights, ignored rows, the mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from balancer.distribution import in_class_order
from balancer.errors import BalanceError
from balancer.options import Method


class Loss(nn.Module):
    """A registered loss with class weights, label smoothing and a reduction; made by `make_loss`.

    A hard row weighs what its class weighs.  A soft label is shares of rows: a row with 0.7 anger and 0.3 joy
    gives the loss, and the weight, of 0.7 rows of anger and 0.3 rows of joy.  Label smoothing changes what a
    row is compared with, never what it weighs, so that class weights do not move the smoothed optimum of a
    row (in `torch.nn.functional.cross_entropy` they do: pytorch/pytorch#104776).

    Weights and counts follow the logits' device and type at call.  They are no buffers: those would be
    rounded by `model.half()` and saved in checkpoints.
    """

    def __init__(
        self,
        method: Method,
        counts: Mapping[str, float] | Sequence[float] | Tensor | None,
        weight: Sequence[float] | Tensor | None,
        label_smoothing: float,
        ignore_index: int,
        reduction: str,
        options: Mapping[str, Any],
    ):
        super().__init__()
        self.method = method
        self.label_smoothing = label_smoothing
        self.ignore_index = ignore_index
        self.reduction = reduction
        self.options = dict(options)
        if isinstance(counts, Mapping):
            counts = in_class_order(counts)[1]
        self.counts = _a_class("counts", counts)
        self.weight = _a_class("weight", weight)
        self._moved: dict[tuple[str, torch.device, torch.dtype], Tensor] = {}

    def extra_repr(self) -> str:
        settings = {"label_smoothing": self.label_smoothing, "reduction": self.reduction, **self.options}
        return ", ".join([self.method.name, *(f"{name}={value}" for name, value in settings.items())])

    def forward(self, logits: Tensor, labels: Tensor) -> Tensor | tuple[Tensor, Tensor]:
        """Loss of `logits` (batch, classes) against `labels`, class ids (batch,) or shares (batch, classes).

        Half precision is computed in float32; float64 stays.  Neither input is changed.
        """
        self._check(logits, labels)
        logits = logits.to(torch.promote_types(logits.dtype, torch.float32))
        shares, ignored = self._shares(labels.to(logits.device), logits)
        logits = logits.masked_fill(ignored.unsqueeze(1), 0.0)  # a NaN in an ignored row must not spread

        if self.weight is not None:
            shares = shares * self._like(logits, "weight")
        row_weight = shares.sum(dim=1)
        targets = shares / row_weight.where(row_weight > 0, 1).unsqueeze(1)
        targets = targets * (1 - self.label_smoothing) + self.label_smoothing / logits.shape[1]

        extra = {"counts": self._like(logits, "counts")} if self.method.needs_counts else {}
        losses = row_weight * self.method(logits, targets, **extra, **self.options)
        if self.reduction == "none":
            return losses
        if self.reduction == "sum":
            return losses.sum()
        if self.reduction == "sum_and_weight":
            return losses.sum(), row_weight.sum()
        total = row_weight.sum()
        return losses.sum() / total.where(total > 0, 1)  # nothing but ignored rows: 0, not NaN

    def _shares(self, labels: Tensor, logits: Tensor) -> tuple[Tensor, Tensor]:
        """Shares (batch, classes), zero in ignored rows, and which rows are ignored (batch,)."""
        if labels.ndim == 2:
            ignored = ((labels == self.ignore_index) | (labels == 0)).all(dim=1)
            return labels.to(logits).masked_fill(ignored.unsqueeze(1), 0.0), ignored
        ignored = labels == self.ignore_index
        place = labels.long().masked_fill(ignored, 0).unsqueeze(1)
        shares = torch.zeros_like(logits).scatter(1, place, 1.0)
        return shares.masked_fill(ignored.unsqueeze(1), 0.0), ignored

    def _like(self, logits: Tensor, name: str) -> Tensor:
        key = (name, logits.device, logits.dtype)
        if key not in self._moved:
            self._moved[key] = getattr(self, name).to(device=logits.device, dtype=logits.dtype)
        return self._moved[key]

    def _check(self, logits: Tensor, labels: Tensor) -> None:
        if logits.ndim != 2 or labels.shape not in (logits.shape, logits.shape[:1]):
            raise BalanceError(
                f"logits {tuple(logits.shape)} and labels {tuple(labels.shape)} do not fit: "
                "give (batch, classes), and (batch,) class ids or (batch, classes) shares."
            )
        if labels.ndim == 1 and labels.is_floating_point():
            raise BalanceError(f"labels of shape (batch,) are class ids, whole numbers, not {labels.dtype}.")
        classes = logits.shape[1]
        for name, values in (("weight", self.weight), ("counts", self.counts)):
            if values is not None and len(values) != classes:
                raise BalanceError(
                    f"{len(values)} {name} for logits of {classes} classes; give one each.", name
                )
        # On an accelerator this look would stop the stream; there scatter's own check speaks.
        if labels.ndim == 1 and labels.device.type == "cpu":
            wrong = labels[(labels != self.ignore_index) & ((labels < 0) | (labels >= classes))]
            if len(wrong):
                raise BalanceError(
                    f"label {int(wrong[0])} is outside 0 to {classes - 1}, the classes of the logits."
                )


def _a_class(name: str, values: Sequence[float] | Tensor | None) -> Tensor | None:
    if values is None:
        return None
    tensor = torch.as_tensor(values).detach().to("cpu", torch.float64, copy=True)
    if tensor.ndim != 1 or not len(tensor):
        raise BalanceError(
            f"{name} has shape {tuple(tensor.shape)}; give one number a class, (classes,).", name
        )
    if not torch.isfinite(tensor).all() or (tensor < 0).any() or not tensor.any():
        raise BalanceError(f"{name} {tensor.tolist()} must be finite, from 0, and not all 0.", name)
    return tensor
