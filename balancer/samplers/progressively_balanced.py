"""From the classes as they are to classes all alike, epoch by epoch."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from balancer.labels import Labels
from balancer.samplers import Option, sampler
from balancer.samplers.classes import by_class, with_shares


@sampler(
    "progressively_balanced",
    needs=("epochs",),
    replacement=Option(False, unit="draw every row independently"),
)
def progressively_balanced(
    labels: Labels,
    num_samples: int,
    rng: Generator,
    epochs: int,
    epoch: int,
    seed: int,
    replacement: bool = False,
) -> np.ndarray:
    """Row indices, (num_samples,): in epoch t of T class j has the share (1 − t/T) n_j / n + t/T · 1 / classes.

    The first epoch (t = 0) is the corpus as it is, the last (t = T − 1) all but even, any after it (t ≥ T) even.
    Shares hold to within one row, and the rows of a class are dealt from one permutation after another, on
    through the epochs.  Source: Kang et al. 2020, arXiv:1910.09217, equation 2.

    replacement : draw class and row independently for every place.
    """
    sizes = by_class(labels)[1]
    even = np.minimum(np.arange(epoch + 1) / epochs, 1.0)[:, None]
    shares = (1 - even) * (sizes / sizes.sum()) + even / len(sizes)
    return with_shares(labels, shares, num_samples, rng, seed, replacement)
