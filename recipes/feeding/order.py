"""The order of training rows, each with the epoch that it is drawn for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from torch.utils.data import Sampler

if TYPE_CHECKING:
    from recipes.feeding.rows import EncodedRows


class EpochOrder(Sampler[tuple[int, int]]):
    """Another sampler's rows as `(epoch, row)`: an index that means the same in every process, now and later.

    Workers that fetch ahead, or live on from epoch to epoch, hold an old copy of the dataset; the index tells
    them what `set_epoch` can't. The rows keep the epoch, so that whichever of the two a loader tells (accelerate
    tells the dataset alone after a resume in several processes) both know.
    """

    def __init__(self, rows: EncodedRows, sampler: Iterable[int]):
        self.rows, self.sampler = rows, sampler

    def set_epoch(self, epoch: int) -> None:
        """Called by the Trainer before each epoch."""
        self.rows.set_epoch(epoch)

    def __len__(self) -> int:
        return len(self.sampler)

    def __iter__(self) -> Iterator[tuple[int, int]]:
        epoch = self.rows.epoch
        if hasattr(self.sampler, "set_epoch"):
            self.sampler.set_epoch(epoch)
        return iter([(epoch, int(row)) for row in self.sampler])
