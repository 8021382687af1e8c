"""Classes in turn, in each its speakers in turn, and of each of these the rows in turn."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from balancer.groups import small
from balancer.labels import Labels
from balancer.samplers import Option, sampler
from balancer.samplers.turns import in_turn


@sampler(
    "group_aware",
    needs=("groups",),
    replacement=Option(False, unit="draw rows of a class and group independently"),
)
def group_aware(
    labels: Labels,
    num_samples: int,
    rng: Generator,
    groups: np.ndarray,
    epoch: int,
    seed: int,
    replacement: bool = False,
) -> np.ndarray:
    """Row indices, (num_samples,): each class equally often, and within it each group that has rows of it.

    A class that one actor speaks most of is then not learnt as that actor's voice.  All three levels are dealt
    in rounds that go on through the epochs, as `class_aware` deals its two.  A group with one row of a class
    gives that row as often as another group gives all of its together.  Rows without a group are one group.

    replacement : draw the rows of a class and group independently; classes and groups come in turn all the same.
    """
    rows = np.argsort(groups, kind="stable")
    rows = rows[np.argsort(small(labels.index, len(labels.names))[rows], kind="stable")]
    cells = np.stack([labels.index[rows], groups[rows]])
    starts = np.flatnonzero(np.r_[True, (cells[:, 1:] != cells[:, :-1]).any(axis=0)])
    sizes = np.diff(starts, append=len(rows))
    held = np.bincount(cells[0, starts])
    held = held[held > 0]
    return rows[in_turn([np.array([len(held)]), held, sizes], num_samples, rng, epoch, seed, replacement)]
