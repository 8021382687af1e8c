"""A class first, then one of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.random import Generator

from balancer.errors import BalanceError, unknown
from balancer.labels import Labels
from balancer.samplers import Option, sampler


@sampler("weighted_random", weights=Option(None, low=0, unit="how often the class is drawn", per_class=True))
def weighted_random(
    labels: Labels,
    num_samples: int,
    rng: Generator,
    weights: Mapping[str, float] | Sequence[float] | None = None,
) -> np.ndarray:
    """Row indices with replacement, (num_samples,): classes come evenly, and the rows of a class evenly.

    A class is drawn first, so that no list of row weights is needed: `torch.multinomial` refuses more than
    2^24 of them (pytorch/pytorch#2576).

    weights : by class name, or in class order (names sorted); each class 1 by default.
    """
    sizes = np.bincount(labels.index, minlength=len(labels.names))
    # Stable, and by 16-bit numbers where they suffice: NumPy then sorts in linear time.
    rows = np.argsort(labels.index.astype(np.min_scalar_type(len(sizes))), kind="stable")
    starts = np.cumsum(sizes) - sizes
    classes = rng.choice(len(sizes), size=num_samples, p=_chances(labels, sizes, weights))
    return rows[starts[classes] + rng.integers(sizes[classes])]


def _chances(
    labels: Labels, sizes: np.ndarray, weights: Mapping[str, float] | Sequence[float] | None
) -> np.ndarray:
    if weights is None:
        weights = np.ones(len(sizes))
    elif isinstance(weights, Mapping):
        for name in (*weights, *labels.names):
            if name not in labels.names:
                raise unknown("sampler weighted_random: class", name, labels.names, "weights")
            if name not in weights:
                raise BalanceError(f"sampler weighted_random: weights lack class {name!r}.", "weights")
        weights = [weights[name] for name in labels.names]
    if len(weights) != len(sizes):
        raise BalanceError(
            f"sampler weighted_random: {len(weights)} weights for {len(sizes)} classes; give one each.",
            "weights",
        )
    # A class that no row has as its largest share can't be drawn.
    chances = np.asarray(weights, dtype=float) * (sizes > 0)
    if not chances.any():
        raise BalanceError(
            "sampler weighted_random: all weights are 0; at least one class must be drawn.", "weights"
        )
    return chances / chances.sum()
