"""A loop of one's own, in three lines: the loader, the loss, the step."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from balancer.errors import BalanceError
from balancer.plugin.balance import Balance
from balancer.plugin.rows import column_of, read_rows
from balancer.plugin.window import IGNORED, window_mean


class BalancedLoader:
    """Batches of a training set in the order of a `Balance`, and the loss that belongs to them.

    ::

        loader = BalancedLoader("auto", dataset, batch_size=8, accumulate=4)
        for epoch in range(10):
            for inputs, labels in loader.epoch(epoch):
                loader.loss(model(inputs), labels).backward()
                if loader.steps:
                    optimizer.step(), optimizer.zero_grad()

    `loss` is this batch's part of Σ w·ℓ / Σ w over the window of `accumulate` batches: their gradients add up to that
    of one big batch, the epoch's last and shorter window too.  The loader knows a window's Σ w beforehand, since it
    knows the labels of the rows that it deals.  With `torch.distributed` each process is given its own part of every
    batch, and losses are multiplied by the number of processes, over which DistributedDataParallel averages.  The
    order is a function of seed and epoch; ``state_dict`` and ``load_state_dict`` resume in mid-epoch.

    Parameters
    ----------
    balance : a `Balance`, or ``"auto"``.
    dataset : map-style; see `balancer.plugin.rows.column_of` for where its labels are found.
    batch_size : rows a batch of one process.
    accumulate : batches a step.
    classes : names by class number, or how many the model has.
    label : the labels' column, where it isn't called label or labels.
    epochs : how many will be trained, for samplers that need it.
    sample_weights : (rows,) what multiplies each row's weight, where `loss` is given them too.
    options : of `torch.utils.data.DataLoader`: collate_fn, num_workers.

    Raises
    ------
    BalanceError : as `Balance`, `read_rows` and `make_sampler`.
    """

    def __init__(
        self,
        balance: Balance | str,
        dataset: Any,
        *,
        batch_size: int = 32,
        accumulate: int = 1,
        classes: Sequence[str] | int | None = None,
        label: str | None = None,
        epochs: int | None = None,
        seed: int = 0,
        sample_weights: Sequence[float] | None = None,
        **options: Any,
    ):
        given = Balance(balance) if isinstance(balance, str) else balance
        for name, value in (("batch_size", batch_size), ("accumulate", accumulate)):
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise BalanceError(f"{name} {value!r} is not a whole number from 1.", name)
        self.dataset, self.batch_size, self.accumulate, self.options = (
            dataset,
            batch_size,
            accumulate,
            options,
        )
        self.rows = read_rows(dataset, classes, [label] if label else (), given.copies_count)
        self.balance = given.settled(self.rows.counts)
        self.criterion = self.balance.criterion(self.rows.counts)
        self.sample_weights = sample_weights
        self.seed, self.current_epoch, self.batch = seed, 0, -1
        self.divided_by = 1  # what a framework divides the loss by on its own
        self._skipped = 0
        columns = {
            name: column_of(dataset, (column,))
            for name in ("groups", "lengths")
            if (column := getattr(self.balance, name)) is not None
        }
        self._sampler = (
            self.balance.order(self.rows.read, **columns, batch_size=batch_size, epochs=epochs, seed=seed)
            if self.balance.sampler is not None
            else None
        )

    def epoch(self, epoch: int) -> BalancedLoader:
        """This loader, told that it is epoch `epoch`, from 0."""
        self.set_epoch(epoch)
        return self

    def set_epoch(self, epoch: int) -> None:
        """Order and loss of an epoch, from 0."""
        if epoch != self.current_epoch:
            self.current_epoch, self._skipped = epoch, 0
        self.criterion.set_epoch(epoch)

    @property
    def sampler(self) -> BalancedLoader:
        """Where Lightning looks for `set_epoch`."""
        return self

    def __len__(self) -> int:
        """Batches that this process gets in an epoch."""
        return math.ceil(self._length / (self.batch_size * _processes()[0]))

    def __iter__(self) -> Iterator[Any]:
        self.set_epoch(self.current_epoch)
        order, self._by_class = self._order(), self._class_weights()
        parts = [self._part(order, batch) for batch in range(len(self))]
        self._own_rows = [real for _, real, _ in parts]
        self._weights = [weight for _, _, weight in parts]
        first, self._skipped = self._skipped, 0
        indices = [rows for rows, _, _ in parts[first:]]
        self.batch = first - 1
        for batch in DataLoader(self.dataset, batch_sampler=indices, **self.options):
            self.batch += 1
            yield batch
        self.batch = -1

    @property
    def steps(self) -> bool:
        """Whether the optimiser steps after this batch."""
        return (self.batch + 1) % self.accumulate == 0 or self.batch + 1 == len(self)

    def loss(self, logits: Tensor, labels: Tensor, sample_weight: Tensor | None = None) -> Tensor:
        """The batch's part of its window's mean; between epochs, or without gradients, the batch's own mean.

        logits : (batch, classes). labels : (batch,) or (batch, classes).
        """
        extra = [] if sample_weight is None else [sample_weight]
        if self.batch < 0 or not torch.is_grad_enabled():
            return window_mean(*self.criterion(logits, labels, *extra))
        if (real := self._own_rows[self.batch]) < len(labels):
            labels = labels.clone()
            labels[real:] = IGNORED  # rows that only fill up the epoch's last batch
        weighted, _ = self.criterion(logits, labels, *extra)
        first = self.batch - self.batch % self.accumulate
        window = logits.new_tensor(sum(self._weights[first : first + self.accumulate]), dtype=weighted.dtype)
        return window_mean(weighted, window, _processes()[0]) * self.divided_by

    def state_dict(self) -> dict[str, int]:
        """The epoch, and how many of its batches were handed out."""
        return {"epoch": self.current_epoch, "batches": self.batch + 1 if self.batch >= 0 else self._skipped}

    def load_state_dict(self, state: dict[str, int]) -> None:
        """Go on where `state_dict` was taken: the next iteration begins with the batch after."""
        self.set_epoch(state["epoch"])
        self._skipped = state["batches"]

    @property
    def _length(self) -> int:
        return len(self._sampler) if self._sampler is not None else len(self.rows.labels)

    def _order(self) -> np.ndarray:
        if self._sampler is None:
            return np.random.default_rng([self.seed, self.current_epoch]).permutation(self._length)
        self._sampler.set_epoch(self.current_epoch)
        return np.fromiter(self._sampler, dtype=np.int64, count=self._length)

    def _part(self, order: np.ndarray, batch: int) -> tuple[list[int], int, float]:
        """This process's rows of a batch, how many of them aren't filler, and Σ w of the batch on all processes."""
        processes, process = _processes()
        size = self.batch_size * processes
        rows = order[batch * size : (batch + 1) * size]
        weight = float(self._row_weights(rows).sum())
        if processes == 1:
            return rows.tolist(), len(rows), weight
        own = rows[process * self.batch_size : (process + 1) * self.batch_size]
        filled = own if len(own) else order[:1]  # a process without rows would keep the others waiting
        return filled.tolist(), len(own), weight

    def _row_weights(self, rows: np.ndarray) -> np.ndarray:
        of = self._shares[rows]
        weights = of @ self._by_class if of.ndim == 2 else self._by_class[of]
        return weights if self.sample_weights is None else weights * np.asarray(self.sample_weights)[rows]

    def _class_weights(self) -> np.ndarray:
        """(classes + 1,) what a row of each class weighs in this epoch; of an ignored one, the last, nothing."""
        classes = len(self.rows.counts)
        each = [
            self.criterion.total_weight(torch.tensor([number]), classes).item() for number in range(classes)
        ]
        return np.array([*each, 0.0])

    @cached_property
    def _shares(self) -> np.ndarray:
        """(rows,) class numbers, or where a label is soft (rows, classes + 1) shares."""
        number = {name: at for at, name in enumerate([*self.rows.counts, None])}
        if not any(isinstance(label, dict) for label in self.rows.labels):
            return np.array([number[label] for label in self.rows.labels])
        shares = np.zeros((len(self.rows.labels), len(number)))
        for row, label in enumerate(self.rows.labels):
            for name, share in (label if isinstance(label, dict) else {label: 1.0}).items():
                shares[row, number[name]] = share
        return shares / shares.sum(axis=1, keepdims=True)


def _processes() -> tuple[int, int]:
    """How many there are, and which this is."""
    from torch import distributed

    if distributed.is_available() and distributed.is_initialized():
        return distributed.get_world_size(), distributed.get_rank()
    return 1, 0
