"""A class first, then one of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.random import Generator

from balancer.errors import BalanceError, unknown
from balancer.labels import Labels
from balancer.samplers import Option, sampler
from balancer.samplers.classes import by_class, independent


@sampler(
    "weighted_random",
    weights=Option(None, low=0, unit="how often the class is drawn", per_class=True),
    replacement=Option(True, unit="rows may come up again in an epoch"),
)
def weighted_random(
    labels: Labels,
    num_samples: int,
    rng: Generator,
    weights: Mapping[str, float] | Sequence[float] | None = None,
    replacement: bool = True,
) -> np.ndarray:
    """Row indices, (num_samples,), each drawn independently: classes come evenly, and the rows of a class evenly.

    A class is drawn first, so that no list of row weights is needed: `torch.multinomial` refuses more than
    2^24 of them (pytorch/pytorch#2576).

    weights : by class name, or in class order (names sorted); each class 1 by default.
    replacement : false draws one row after another, each by its weight (its class's, divided among its rows)
        among those that are left, as the exponential keys of Efraimidis and Spirakis 2006 do: rare classes come
        up first, and no more rows than there are can be asked for, so an even epoch needs a small `num_samples`.
    """
    chances = _chances(labels, weights)
    if replacement:
        return independent(labels, chances, num_samples, rng)
    rows, sizes = by_class(labels)
    there = int(sizes[chances > 0].sum())
    if num_samples > there:
        raise BalanceError(
            f"sampler weighted_random: {num_samples} rows an epoch without replacement, but only {there} have a "
            f"class of weight above 0; give num_samples of {there} at most, or replacement=True.",
            "num_samples",
        )
    with np.errstate(divide="ignore"):  # weight 0 is drawn never
        keys = rng.exponential(size=len(rows)) / np.repeat(chances / sizes, sizes)
    return rows[np.argsort(keys)[:num_samples]]


def _chances(labels: Labels, weights: Mapping[str, float] | Sequence[float] | None) -> np.ndarray:
    """(classes with rows,) chances that sum to 1."""
    has_rows = np.bincount(labels.index, minlength=len(labels.names)) > 0
    if weights is None:
        weights = np.ones(len(has_rows))
    elif isinstance(weights, Mapping):
        for name in (*weights, *labels.names):
            if name not in labels.names:
                raise unknown("sampler weighted_random: class", name, labels.names, "weights")
            if name not in weights:
                raise BalanceError(f"sampler weighted_random: weights lack class {name!r}.", "weights")
        weights = [weights[name] for name in labels.names]
    if len(weights) != len(has_rows):
        raise BalanceError(
            f"sampler weighted_random: {len(weights)} weights for {len(has_rows)} classes; give one each.",
            "weights",
        )
    chances = np.asarray(weights, dtype=float)[has_rows]
    if not chances.any():
        raise BalanceError(
            "sampler weighted_random: all weights are 0; at least one class must be drawn.", "weights"
        )
    chances = chances / chances.max()  # whose sum is a number
    return chances / chances.sum()
