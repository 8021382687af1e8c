"""Classes in turn, what each class holds in turn, and so on down to the rows."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.random import Generator

from balancer.samplers.dealing import deal, drawn


def in_turn(
    levels: Sequence[np.ndarray], num_samples: int, rng: Generator, epoch: int, seed: int, replacement: bool
) -> np.ndarray:
    """Leaves of a tree of one root, (num_samples,): its children come up in rounds, and so theirs at every level.

    levels : as in `balancer.samplers.dealing.deal`; the first has the root alone.
    replacement : draw the last level independently.
    """
    top, before = np.zeros(num_samples, dtype=np.int64), np.array([epoch * num_samples])
    if not replacement:
        return deal(levels, top, before, seed)
    *above, sizes = levels
    return drawn(sizes, deal(above, top, before, seed), rng)
