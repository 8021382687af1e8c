"""What all samplers share: the epoch, the processes, the length."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import numpy as np
from torch.utils.data import Sampler

from balancer.errors import BalanceError
from balancer.labels import Label, read_labels
from balancer.options import Method


class EpochSampler(Sampler[int]):
    """A registered sampler over the rows of a dataset; made by `make_sampler`.

    The order is a function of seed and epoch, so that a run resumed in mid-epoch sees the same rows.
    Iterating twice without `set_epoch` gives the same order twice; the Hugging Face Trainer calls it.
    """

    def __init__(
        self,
        method: Method,
        labels: Iterable[Label],
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
        self.seed = seed
        self.epoch = 0
        self.num_replicas = num_replicas
        self.rank = rank
        self.options = dict(options)
        # A wrong class or length is said now, not when the first batch is drawn.
        method(self.labels, 1, np.random.default_rng(0), **self.options)

    def set_epoch(self, epoch: int) -> None:
        """Epoch from 0; another epoch is another order."""
        self.epoch = int(epoch)

    def __len__(self) -> int:
        return math.ceil(self.num_samples / self.num_replicas)

    def __iter__(self) -> Iterator[int]:
        rng = np.random.default_rng([self.seed, self.epoch])
        # All processes draw the same rows and take every num_replicas-th, each as many as the others.
        rows = self.method(self.labels, len(self) * self.num_replicas, rng, **self.options)
        return iter(rows[self.rank :: self.num_replicas].tolist())
