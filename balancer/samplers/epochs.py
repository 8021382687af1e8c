"""What all samplers share: the epoch, the place in it, the processes, the length."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from inspect import signature
from operator import length_hint
from typing import Any

import numpy as np
from torch.utils.data import Sampler

from balancer.codes import as_floats
from balancer.errors import BalanceError
from balancer.groups import read_groups
from balancer.labels import Label, Labels, read_labels
from balancer.options import Method
from balancer.samplers import check_whole


class EpochSampler(Sampler[int]):
    """A registered sampler over the rows of a dataset; made by `make_sampler`.

    **Epochs.** The order is a function of seed and epoch.  Iterating twice without `set_epoch` gives the same
    order twice; the Hugging Face Trainer calls it.

    **Resuming.** `state_dict()` says how many rows of the epoch were handed out, and after `load_state_dict` the
    next iteration hands out the rest; torchdata's StatefulDataLoader calls both.  A DataLoader with workers
    takes rows before they are trained on: in a plain loop, keep ``{"epoch": e, "position": rows trained}``.
    The Hugging Face Trainer skips the batches it has seen by itself.

    **Processes.** All of them draw the same rows.  With `num_replicas` each takes every num_replicas-th row, or
    every num_replicas-th batch of a sampler of whole batches (the way in which `accelerate` divides any
    sampler's batches).  What is missing to an even division is filled up with the first rows.
    """

    def __init__(
        self,
        method: Method,
        labels: Iterable[Label] | Labels,
        given: Mapping[str, Any],
        num_samples: int | None,
        seed: int,
        num_replicas: int,
        rank: int,
        options: Mapping[str, Any],
    ):
        self.method = method
        self.labels = read_labels(labels)
        if not len(self.labels):
            raise BalanceError(f"sampler {method.name}: there are no labels to draw rows from.", "labels")
        self.num_samples = len(self.labels) if num_samples is None else int(num_samples)
        self.batch_size = given["batch_size"]
        self.seed = seed
        self.epoch = 0
        self.num_replicas = num_replicas
        self.rank = rank
        asked = signature(method.function).parameters
        self.options = dict(options)
        self.options |= {name: self._read(name, value) for name, value in given.items() if name in asked}
        self._asks = [name for name in ("epoch", "seed") if name in asked]
        self._begins_at = 0
        self._rows: Iterator[int] | None = None
        # What can't be drawn is said now, not when the first batch is wanted; which then has its rows.
        self._ahead: np.ndarray | None = self._draw()

    @property
    def position(self) -> int:
        """How many rows of the epoch this process was handed."""
        return self._begins_at if self._rows is None else len(self) - length_hint(self._rows)

    def set_epoch(self, epoch: int) -> None:
        """Epoch from 0; another epoch is another order, from its first row."""
        check_whole(self.method.name, "epoch", epoch, 0)
        if epoch != self.epoch:
            self.epoch, self._begins_at, self._rows, self._ahead = int(epoch), 0, None, None

    def state_dict(self) -> dict[str, int]:
        """The epoch, and how many of its rows this process was handed."""
        return {"epoch": self.epoch, "position": self.position}

    def load_state_dict(self, state: Mapping[str, int]) -> None:
        """Go on where `state_dict` was taken: the next iteration begins with the row after.

        Of a finished epoch nothing is left: go on with `set_epoch`.
        """
        if not (isinstance(state, Mapping) and {"epoch", "position"} <= state.keys()):
            raise BalanceError(
                f"sampler {self.method.name}: {state!r} is no state; give what state_dict() gave.", "state"
            )
        position = state["position"]
        check_whole(self.method.name, "position", position, 0)
        if position > len(self):
            raise BalanceError(
                f"sampler {self.method.name}: position {position} of an epoch of {len(self)} rows does not "
                "exist; the state is of another dataset, num_samples or number of processes.",
                "position",
            )
        self.set_epoch(state["epoch"])
        self._begins_at, self._rows = int(position), None

    def __len__(self) -> int:
        return math.ceil(self.num_samples / self.num_replicas)

    def __iter__(self) -> Iterator[int]:
        begins_at, self._begins_at = self._begins_at, 0
        drawn, self._ahead = self._draw() if self._ahead is None else self._ahead, None
        # How much is left in a list's iterator says where it is: counting would cost more than the rows.
        self._rows = iter(self._own(drawn)[begins_at:].tolist())
        return self._rows

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_rows": None, "_ahead": None}  # a copy begins the epoch anew

    def _draw(self) -> np.ndarray:
        rng = np.random.default_rng([self.seed, self.epoch])
        asked = {name: getattr(self, name) for name in self._asks}
        return self.method(self.labels, self.num_samples, rng, **self.options, **asked)

    def _own(self, rows: np.ndarray) -> np.ndarray:
        """Those of all rows that this process gets."""
        if self.num_replicas == 1:
            return rows
        rows = np.resize(rows, len(self) * self.num_replicas)
        if not self.method.whole_batches:
            return rows[self.rank :: self.num_replicas]
        batches = len(self) // self.batch_size
        whole, rest = np.split(rows, [batches * self.num_replicas * self.batch_size])
        own = whole.reshape(batches, self.num_replicas, self.batch_size)[:, self.rank]
        return np.concatenate([own.ravel(), np.split(rest, self.num_replicas)[self.rank]])

    def _read(self, name: str, value: Any) -> Any:
        """Groups as numbers, lengths as floats; one a row."""
        if value is None or name in ("batch_size", "epochs"):
            return value
        found = read_groups(value, len(self.labels))[0] if name == "groups" else _lengths(value)
        if len(found) != len(self.labels):
            raise BalanceError(
                f"sampler {self.method.name}: {len(found)} {name} for {len(self.labels)} labels; give one a row.",
                name,
            )
        return found


def _lengths(values: Any) -> np.ndarray:
    lengths = as_floats(values, "lengths") + 0.0  # -0.0 has bits that sort last
    if lengths.ndim != 1:
        raise BalanceError(f"lengths have shape {lengths.shape}; give one number a row.", "lengths")
    wrong = np.flatnonzero(~(np.isfinite(lengths) & (lengths >= 0)))
    if len(wrong):
        raise BalanceError(f"length {wrong[0]} is {lengths[wrong[0]]:g}, no length of 0 or more.", "lengths")
    return lengths
