"""Classes by the square root of their size."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from balancer.labels import Labels
from balancer.samplers import Option, sampler
from balancer.samplers.classes import by_class, with_shares


@sampler("square_root", replacement=Option(False, unit="draw every row independently"))
def square_root(
    labels: Labels, num_samples: int, rng: Generator, epoch: int, seed: int, replacement: bool = False
) -> np.ndarray:
    """Row indices, (num_samples,): class j has the share √n_j / Σ √n_i of them.

    Halfway between the classes as they are and all alike.  Each epoch has a class's share to within one row, and
    the rows of a class are dealt from one permutation after another, on through the epochs.
    Source: Kang et al. 2020, arXiv:1910.09217, equation 1 with q = 1/2 (Mahajan et al. 2018).

    replacement : draw class and row independently for every place.
    """
    roots = np.sqrt(by_class(labels)[1])
    shares = np.tile(roots / roots.sum(), (epoch + 1, 1))
    return with_shares(labels, shares, num_samples, rng, seed, replacement)
