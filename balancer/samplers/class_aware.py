"""Classes in turn, and in each its rows in turn."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from balancer.labels import Labels
from balancer.samplers import Option, sampler
from balancer.samplers.classes import by_class
from balancer.samplers.turns import in_turn


@sampler("class_aware", replacement=Option(False, unit="draw rows of a class independently"))
def class_aware(
    labels: Labels, num_samples: int, rng: Generator, epoch: int, seed: int, replacement: bool = False
) -> np.ndarray:
    """Row indices, (num_samples,): each class equally often, and each row of a class equally often.

    Classes come up in rounds, each class once a round in an order drawn anew, and the rows of a class are dealt
    from one permutation after another.  Both go on where the epoch before stopped: after any number of rows, no
    class was drawn more than once more than another, and no row of a class more than once more than another.
    Source: Shen et al. 2016, arXiv:1512.05830, section 3.

    replacement : draw the rows of a class independently instead of dealing them; classes come in turn all the same.
    """
    rows, sizes = by_class(labels)
    return rows[in_turn([np.array([len(sizes)]), sizes], num_samples, rng, epoch, seed, replacement)]
