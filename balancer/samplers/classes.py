"""The rows of each class, and how many rows of each an epoch gets."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from balancer.groups import small
from balancer.labels import Labels
from balancer.samplers.dealing import deal, drawn


def by_class(labels: Labels) -> tuple[np.ndarray, np.ndarray]:
    """Rows sorted by class, (rows,), and the sizes of the classes that have rows, in class order."""
    # Stable, and by 16-bit numbers where they suffice: NumPy then sorts in linear time.
    rows = np.argsort(small(labels.index, len(labels.names)), kind="stable")
    sizes = np.bincount(labels.index)
    return rows, sizes[sizes > 0]


def quota(shares: np.ndarray, num_samples: int, seed: int) -> np.ndarray:
    """Rows of each class in each epoch, (epochs, classes) int, `num_samples` together.

    Systematic rounding: within one of share × num_samples, and equal to it in expectation, however small.

    shares : (epochs, classes), each epoch's sum to 1.
    """
    offsets = np.random.default_rng([seed, 1]).random(len(shares))
    edges = np.floor(np.cumsum(shares, axis=1) * num_samples + offsets[:, None]).astype(np.int64)
    edges = np.minimum(edges, num_samples)
    edges[:, -1] = num_samples  # whatever the sum of shares was rounded to
    return np.diff(edges, axis=1, prepend=0)


def independent(labels: Labels, chances: np.ndarray, num_samples: int, rng: Generator) -> np.ndarray:
    """Rows, (num_samples,), for each a class by `chances` (classes with rows,), then one of its rows."""
    rows, sizes = by_class(labels)
    return rows[drawn(sizes, rng.choice(len(sizes), size=num_samples, p=chances), rng)]


def with_shares(
    labels: Labels, shares: np.ndarray, num_samples: int, rng: Generator, seed: int, replacement: bool
) -> np.ndarray:
    """Rows, (num_samples,), of which classes have the shares of the last epoch in `shares`, in drawn order.

    shares : (epochs up to this one, classes with rows).  Earlier ones say how far each class has been dealt.
    """
    if replacement:
        return independent(labels, shares[-1], num_samples, rng)
    rows, sizes = by_class(labels)
    wanted = quota(shares, num_samples, seed)
    chosen = rng.permutation(np.repeat(np.arange(len(sizes)), wanted[-1]))
    return rows[deal([sizes], chosen, wanted[:-1].sum(axis=0), seed)]
