"""Batches of rows of similar length, with every class in each."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from balancer.labels import Labels
from balancer.samplers import Option, sampler
from balancer.samplers.class_aware import class_aware


@sampler(
    "length_bucketed",
    needs=("lengths", "batch_size"),
    whole_batches=True,
    pool=Option(50, low=1, high=1_000_000, unit="batches whose rows are sorted together"),
)
def length_bucketed(
    labels: Labels,
    num_samples: int,
    rng: Generator,
    lengths: np.ndarray,
    batch_size: int,
    epoch: int,
    seed: int,
    pool: int = 50,
) -> np.ndarray:
    """Row indices, (num_samples,): those of `class_aware`, in batches that are alike in length and even in class.

    The rows of `pool` batches are taken together; each class is sorted by length, and a batch gets the same
    stretch of every class's order: the shortest tenth of each, say.  That is the monotone coupling of the
    classes' lengths, of all ways to keep the classes even the one whose lengths differ least.  A class that is
    longer than the others stays longer within its batches.  Batches then come in drawn order; one that is not
    full is the last.  A larger pool has batches more alike, and rows that are more often with the same others.

    In a batch too the rows come so: each part of it is even in class, give or take one, and alike in length.
    Processes are given whole batches by `accelerate`, so by the Hugging Face Trainer, and by `num_replicas`.
    Batches that go out together differ in length; where processes wait for each other in every step, give
    ``batch_size`` times the number of processes, and the batches of one step are alike too.

    lengths : in any unit.
    batch_size : that of the DataLoader, which cuts the rows into batches of it.
    """
    rows = class_aware(labels, num_samples, rng, epoch, seed)
    batches = -(-num_samples // batch_size)
    pools = -(-batches // pool)
    of = np.arange(batches) * pools // batches  # pools of as many batches, one more or less
    rows = _alike(rows, np.repeat(of, batch_size)[:num_samples], labels, lengths)
    whole, rest = divmod(num_samples, batch_size)
    # The batch that isn't full comes last, but it's no more often of the longest rows than others.
    cut = batch_size * int(rng.integers(np.searchsorted(of, of[-1]), whole + 1))
    rows, last = np.r_[rows[:cut], rows[cut + rest :]], rows[cut : cut + rest]
    return np.r_[rng.permutation(rows.reshape(whole, batch_size)).ravel(), last]


def _alike(rows: np.ndarray, pool: np.ndarray, labels: Labels, lengths: np.ndarray) -> np.ndarray:
    """The rows of each pool by their place in the length order of their class, from 0 (shortest) to 1.

    Keys are packed into one number, the first in the top bits: sorting numbers is ten times as fast as sorting
    places by several keys, and as no two are equal all sorting methods agree.
    """
    by_length = _by_length(lengths)
    rank = np.empty(len(lengths), dtype=np.uint64)
    rank[by_length] = np.arange(len(lengths), dtype=np.uint64)
    cell = pool * len(labels.names) + labels.index[rows]
    keys = np.sort((cell.astype(np.uint64) << np.uint64(32)) | rank[rows])
    rows = by_length[(keys & np.uint64(2**32 - 1)).astype(np.int64)]
    cell = (keys >> np.uint64(32)).astype(np.int64)
    begins = np.flatnonzero(np.r_[True, cell[1:] != cell[:-1]])
    held = np.diff(begins, append=len(rows))
    place = (np.arange(len(rows)) - np.repeat(begins, held) + 0.5) / np.repeat(held, held)
    pool, kind = np.divmod(cell, len(labels.names))
    low = len(labels.names).bit_length()
    fine = 64 - low - int(pool[-1] + 1).bit_length()
    key = (pool.astype(np.uint64) << np.uint64(fine)) | (place * 2.0 ** min(fine, 52)).astype(np.uint64)
    return rows[np.argsort((key << np.uint64(low)) | kind.astype(np.uint64))]


def _by_length(lengths: np.ndarray) -> np.ndarray:
    """(rows,) row numbers, shortest first, ties in row order."""
    # The bits of numbers from 0 are in the order of the numbers.
    bits = lengths.astype(np.float32).view(np.uint32).astype(np.uint64)
    keys = np.sort((bits << np.uint64(32)) | np.arange(len(lengths), dtype=np.uint64))
    return (keys & np.uint64(2**32 - 1)).astype(np.int64)
