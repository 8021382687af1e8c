"""What all losses share: labels to targets, weights, ignored rows, the mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from balancer.distribution import present
from balancer.errors import BalanceError
from balancer.options import Method


class Loss(nn.Module):
    """A registered loss with class weights, label smoothing and a reduction; made by `make_loss`.

    A hard row weighs what its class weighs.  A soft label is shares of a row (votes are scaled to sum to 1):
    0.7 anger and 0.3 joy give the loss, and the weight, of 0.7 rows of anger and 0.3 rows of joy.  Label smoothing changes what a
    row is compared with, never what it weighs, so that class weights do not move the smoothed optimum of a
    row (in `torch.nn.functional.cross_entropy` they do: pytorch/pytorch#104776).

    Weights and counts follow the logits' device and type at call.  They are no buffers: those would be
    rounded by `model.half()` and saved in checkpoints.  Nor is the epoch saved: who trains sets it.
    """

    def __init__(
        self,
        method: Method,
        counts: Mapping[str, float] | Sequence[float] | Tensor | None,
        weight: Sequence[float] | Tensor | None,
        label_smoothing: float,
        ignore_index: int,
        reduction: str,
        drw_epoch: int | None,
        options: Mapping[str, Any],
    ):
        super().__init__()
        self.method = method
        self.label_smoothing = label_smoothing
        self.ignore_index = ignore_index
        self.reduction = reduction
        self.drw_epoch = drw_epoch
        self.epoch = 0
        self.options = dict(options)
        if method.needs_counts:
            counts = present(counts, f"drop the class, or take another loss than {method.name}")[1]
        self.counts = _a_class("counts", counts) if method.needs_counts else None
        self.weight = _a_class("weight", weight)
        if method.weigh:
            own = _a_class("weight", method.weigh(counts, **self.options))
            self.weight = own if self.weight is None else own * self.weight
        self._moved: dict[tuple[str, torch.device, torch.dtype], Tensor] = {}

    def extra_repr(self) -> str:
        settings = {"label_smoothing": self.label_smoothing, "reduction": self.reduction, **self.options}
        if self.drw_epoch is not None:
            settings["drw_epoch"] = self.drw_epoch
        return ", ".join([self.method.name, *(f"{name}={value}" for name, value in settings.items())])

    def set_epoch(self, epoch: int) -> None:
        """Say which epoch it is, from 0; class weights are 1 before `drw_epoch`."""
        self.epoch = epoch

    @property
    def weighs(self) -> bool:
        """Whether there are class weights, and the epoch is one in which they count."""
        return self.weight is not None and (self.drw_epoch is None or self.epoch >= self.drw_epoch)

    def forward(
        self, logits: Tensor, labels: Tensor, sample_weight: Tensor | None = None
    ) -> Tensor | tuple[Tensor, Tensor]:
        """Loss of `logits` (batch, classes) against `labels`, class ids (batch,) or shares (batch, classes).

        `sample_weight` (batch,), from 0, multiplies what each row weighs: 2 is the row twice.
        Half precision is computed in float32; float64 stays.  No input is changed.
        """
        self._check(logits, labels, sample_weight)
        logits = logits.to(torch.promote_types(logits.dtype, torch.float32))
        labels = labels.to(logits.device)
        ignored = self._ignored(labels)
        shares = self._shares(labels, ignored, logits)
        logits = logits.masked_fill(ignored.unsqueeze(1), 0.0)  # a NaN in an ignored row must not spread

        if self.weighs:
            shares = shares * self._like(logits, "weight")
        row_weight = shares.sum(dim=1)
        targets = shares / row_weight.where(row_weight > 0, 1).unsqueeze(1)
        targets = targets * (1 - self.label_smoothing) + self.label_smoothing / logits.shape[1]
        if sample_weight is not None:
            row_weight = row_weight * sample_weight.to(logits).masked_fill(ignored, 0.0)

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

    def _ignored(self, labels: Tensor) -> Tensor:
        if labels.ndim == 2:
            return ((labels == self.ignore_index) | (labels == 0)).all(dim=1)
        return labels == self.ignore_index

    def _shares(self, labels: Tensor, ignored: Tensor, logits: Tensor) -> Tensor:
        """Shares (batch, classes) that sum to 1, zero in ignored rows."""
        if labels.ndim == 2:
            shares = labels.to(logits).masked_fill(ignored.unsqueeze(1), 0.0)
            return shares / shares.sum(dim=1, keepdim=True).masked_fill(ignored.unsqueeze(1), 1.0)
        place = labels.long().masked_fill(ignored, 0).unsqueeze(1)
        shares = torch.zeros_like(logits).scatter(1, place, 1.0)
        return shares.masked_fill(ignored.unsqueeze(1), 0.0)

    def _like(self, logits: Tensor, name: str) -> Tensor:
        key = (name, logits.device, logits.dtype)
        if key not in self._moved:
            self._moved[key] = getattr(self, name).to(device=logits.device, dtype=logits.dtype)
        return self._moved[key]

    def _check(self, logits: Tensor, labels: Tensor, sample_weight: Tensor | None) -> None:
        if logits.ndim != 2 or labels.shape not in (logits.shape, logits.shape[:1]):
            raise BalanceError(
                f"logits {tuple(logits.shape)} and labels {tuple(labels.shape)} do not fit: "
                "give (batch, classes), and (batch,) class ids or (batch, classes) shares."
            )
        if labels.ndim == 1 and labels.is_floating_point():
            raise BalanceError(f"labels of shape (batch,) are class ids, whole numbers, not {labels.dtype}.")
        if sample_weight is not None and sample_weight.shape != logits.shape[:1]:
            raise BalanceError(
                f"sample_weight has shape {tuple(sample_weight.shape)} for {len(logits)} rows; give one a row.",
                "sample_weight",
            )
        for name, values in (("weight", self.weight), ("counts", self.counts)):
            if values is not None and len(values) != logits.shape[1]:
                raise BalanceError(
                    f"{len(values)} {name} for logits of {logits.shape[1]} classes; give one each.", name
                )
        # On an accelerator a look at the values would stop the stream; there scatter's own check speaks.
        if labels.device.type == "cpu":
            self._check_labels(labels, logits.shape[1])
            if sample_weight is not None and sample_weight.device.type == "cpu":
                self._check_sample_weight(sample_weight, labels)

    def _check_labels(self, labels: Tensor, classes: int) -> None:
        used = ~self._ignored(labels)
        if labels.ndim == 1:
            row = _first(used & ((labels < 0) | (labels >= classes)))
            if row is not None:
                raise BalanceError(
                    f"label {int(labels[row])} is outside 0 to {classes - 1}, the classes of the logits."
                )
            return
        row = _first(used & ~(torch.isfinite(labels) & (labels >= 0)).all(dim=1))
        if row is not None:
            raise BalanceError(
                f"row {row} of the labels is {labels[row].tolist()}; shares are finite, from 0."
            )

    def _check_sample_weight(self, sample_weight: Tensor, labels: Tensor) -> None:
        row = _first(~(torch.isfinite(sample_weight) & (sample_weight >= 0)) & ~self._ignored(labels))
        if row is not None:
            raise BalanceError(
                f"sample_weight of row {row} is {sample_weight[row]:g}; weights are finite, from 0.",
                "sample_weight",
            )


def _first(rows: Tensor) -> int | None:
    return int(rows.nonzero()[0]) if bool(rows.any()) else None


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
