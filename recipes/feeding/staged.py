"""The order of training rows where it changes in mid-training."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Generic, TypeVar

import numpy as np
from torch.utils.data import Sampler

from augment.randomness import generator

Thing = TypeVar("Thing")


class Staged(Generic[Thing]):
    """Something that is another from certain epochs on; `first` of them is 0."""

    def __init__(self, by_epoch: Mapping[int, Thing]):
        self.by_epoch = dict(sorted(by_epoch.items()))

    def at(self, epoch: int) -> Thing:
        """What holds in this epoch."""
        return self.by_epoch[max(first for first in self.by_epoch if first <= epoch)]


class StagedSampler(Sampler[int]):
    """One sampler until an epoch, another from there on: the order is still a function of seed and epoch.

    by_epoch : first epoch to sampler, one from 0; all of one length, which is that of an epoch.
    """

    def __init__(self, by_epoch: Mapping[int, Any]):
        self.stages = Staged(by_epoch)
        self.sampler = self.stages.at(0)

    def set_epoch(self, epoch: int) -> None:
        """Called by the Trainer before each epoch."""
        self.sampler = self.stages.at(epoch)
        self.sampler.set_epoch(epoch)

    def __len__(self) -> int:
        return len(self.sampler)

    def __iter__(self) -> Iterator[int]:
        return iter(self.sampler)


class SubsetSampler(Sampler[int]):
    """A sampler over some of the rows; `rows` are their numbers in the whole."""

    def __init__(self, sampler: Any, rows: Sequence[int]):
        self.sampler, self.rows = sampler, rows

    def set_epoch(self, epoch: int) -> None:
        """Called by the Trainer before each epoch."""
        self.sampler.set_epoch(epoch)

    def __len__(self) -> int:
        return len(self.sampler)

    def __iter__(self) -> Iterator[int]:
        return (int(self.rows[row]) for row in self.sampler)


def balanced_subset(
    labels: Sequence[Any], times: float, seed: int = 0, last: Sequence[bool] | None = None
) -> list[int]:
    """Rows of which no class has more than floor(times · the smallest class's count); in their own order.

    labels : one class a row.  times : from 1.
    last : rows that are kept only where the others do not suffice; copies, say.
    """
    names, index, sizes = np.unique(np.asarray(labels, dtype=object), return_inverse=True, return_counts=True)
    most = int(times * sizes.min())
    drawn = generator(seed, "subset", stream="deal").permutation(len(index))
    if last is not None:
        drawn = drawn[np.argsort(np.asarray(last)[drawn], kind="stable")]
    kept = [drawn[index[drawn] == number][:most] for number in range(len(names))]
    return sorted(map(int, np.concatenate(kept)))
