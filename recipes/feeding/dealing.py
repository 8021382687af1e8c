"""In which order training rows come up."""

from __future__ import annotations

from collections.abc import Iterator

from torch.utils.data import Sampler

from augment.randomness import generator


class DealtSampler(Sampler[int]):
    """Rows dealt from one permutation after another, `length` an epoch, however many rows there are.

    An epoch is as long as the training originals, so that recipes with many copies cost the same as those
    with none and are compared at equal steps; a row that does not come up in one epoch comes up in the next.
    The order is a function of (seed, epoch) alone, so resuming repeats nothing and skips nothing.
    """

    def __init__(self, rows: int, length: int, seed: int = 0):
        self.rows = rows
        self.length = length
        self.seed = seed
        self.epoch = 0

    def set_epoch(self, epoch: int) -> None:
        """Called by the Trainer before each epoch."""
        self.epoch = epoch

    def __len__(self) -> int:
        return self.length

    def __iter__(self) -> Iterator[int]:
        first, last = self.epoch * self.length, (self.epoch + 1) * self.length
        for deal in range(first // self.rows, (last - 1) // self.rows + 1):
            order = generator(self.seed, "rows", epoch=deal, stream="deal").permutation(self.rows)
            start = deal * self.rows
            yield from map(int, order[max(first - start, 0) : last - start])
