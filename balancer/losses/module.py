"""What all losses share: labels to targets, weights, ignored rows, the mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from balancer.codes import as_floats
from balancer.distribution import present
from balancer.errors import BalanceError
from balancer.losses.rows import check_rows, ignored_rows, reduced, shares_of
from balancer.options import Method


class Loss(nn.Module):
    """A registered loss with class weights, label smoothing and a reduction; made by `make_loss`.

    A hard row weighs what its class weighs.  A soft label is shares of a row (votes are scaled to sum to 1):
    0.7 anger and 0.3 joy give the loss, and the weight, of 0.7 rows of anger and 0.3 rows of joy.  Label
    smoothing changes what a row is compared with, never what it weighs, so that class weights do not move the
    smoothed optimum of a row (in `torch.nn.functional.cross_entropy` they do: pytorch/pytorch#104776).
    A row that weighs nothing, ignored ones among them, contributes nothing, whatever its logits are.

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
        if logits.ndim != 2:
            raise BalanceError(f"logits have shape {tuple(logits.shape)}; give (batch, classes).", "logits")
        logits = logits.to(torch.promote_types(logits.dtype, torch.float32))
        targets, row_weight = self._weighed(labels, logits, sample_weight)
        targets = targets * (1 - self.label_smoothing) + self.label_smoothing / logits.shape[1]
        logits = logits.masked_fill((row_weight == 0).unsqueeze(1), 0.0)  # a NaN there must not spread
        extra = {"counts": self._like(logits, "counts")} if self.method.needs_counts else {}
        losses = self.method(logits, targets, **extra, **self.options)
        return reduced(row_weight * losses, row_weight, self.reduction)

    def total_weight(self, labels: Tensor, classes: int, sample_weight: Tensor | None = None) -> Tensor:
        """Σ w of these rows, a scalar: what a loss over several batches is divided by; it needs no logits."""
        like = torch.zeros(len(labels), classes, device=labels.device)
        return self._weighed(labels, like, sample_weight)[1].sum()

    def _weighed(self, labels: Tensor, like: Tensor, sample_weight: Tensor | None) -> tuple[Tensor, Tensor]:
        """What each row is compared with before smoothing, (batch, classes), and what it weighs, (batch,)."""
        self._check(labels, len(like), like.shape[1], sample_weight)
        labels = labels.to(like.device)
        ignored = ignored_rows(labels, self.ignore_index)
        shares = shares_of(labels, ignored, like)
        if self.weighs:
            shares = shares * self._like(like, "weight")
        row_weight = shares.sum(dim=1)
        targets = shares / row_weight.where(row_weight > 0, 1).unsqueeze(1)
        if sample_weight is not None:
            row_weight = row_weight * sample_weight.to(like).masked_fill(ignored, 0.0)
        return targets, row_weight

    def _like(self, logits: Tensor, name: str) -> Tensor:
        key = (name, logits.device, logits.dtype)
        if key not in self._moved:
            with torch.inference_mode(False):  # what is kept must do for training too
                self._moved[key] = getattr(self, name).to(device=logits.device, dtype=logits.dtype)
        return self._moved[key]

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_moved": {}}  # who unpickles it may have no such device

    def _check(self, labels: Tensor, rows: int, classes: int, sample_weight: Tensor | None) -> None:
        check_rows(labels, rows, classes, self.ignore_index, sample_weight)
        for name, values in (("weight", self.weight), ("counts", self.counts)):
            if values is not None and len(values) != classes:
                raise BalanceError(
                    f"{len(values)} {name} for logits of {classes} classes; give one each.", name
                )


def _a_class(name: str, values: Sequence[float] | Tensor | None) -> Tensor | None:
    if values is None:
        return None
    tensor = torch.tensor(as_floats(values, name))  # a copy
    if tensor.ndim != 1 or not len(tensor):
        raise BalanceError(
            f"{name} has shape {tuple(tensor.shape)}; give one number a class, (classes,).", name
        )
    if not torch.isfinite(tensor).all() or (tensor < 0).any() or not tensor.any():
        raise BalanceError(f"{name} {tensor.tolist()} must be finite, from 0, and not all 0.", name)
    return tensor
