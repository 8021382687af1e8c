"""Samplers by name, each in one file; torch is imported when one is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import catalogue

from balancer.errors import BalanceError
from balancer.options import Method, Option, check_options, find

if TYPE_CHECKING:
    from balancer.labels import Label
    from balancer.samplers.epochs import EpochSampler

__all__ = ["Option", "check_sampler", "find_sampler", "make_sampler", "sampler", "sampler_names", "samplers"]

# One name with a dot: catalogue would join two with "_", and the group is merhan_balance.samplers.
samplers = catalogue.create("merhan_balance.samplers", entry_points=True)


def make_sampler(
    name: str,
    labels: Iterable[Label],
    *,
    num_samples: int | None = None,
    seed: int = 0,
    num_replicas: int = 1,
    rank: int = 0,
    **options: Any,
) -> EpochSampler:
    """A torch sampler of row indices, whose order depends on seed and epoch alone.

    Parameters
    ----------
    name : a registered sampler, see `sampler_names`.
    labels : one a row of the dataset that is sampled (of a subset: the subset's own); words, numbers, NumPy
        array, pandas Series, or soft maps, of which the class with the largest share counts.
    num_samples : rows an epoch, over all processes; as many as there are labels by default.
    seed : from 0.
    num_replicas, rank : processes and which this is, where nothing else divides the rows among them
        (`accelerate`, and so the Hugging Face Trainer, does); each gets ceil(num_samples / num_replicas).
    options : of this sampler alone.

    Raises
    ------
    BalanceError : for a name or option that does not exist (the nearest is shown), values out of bounds,
        and where there are no labels.
    """
    found = find_sampler(name)
    settings = found.settings(options)
    for key, value, low in (
        ("num_samples", 1 if num_samples is None else num_samples, 1),
        ("seed", seed, 0),
        ("num_replicas", num_replicas, 1),
        ("rank", rank, 0),
    ):
        if isinstance(value, bool) or int(value) != value or value < low:
            raise BalanceError(f"sampler {name}: {key} {value!r} is not a whole number from {low}.", key)
    if rank >= num_replicas:
        raise BalanceError(f"sampler {name}: rank {rank} of {num_replicas} processes does not exist.", "rank")

    from balancer.samplers.epochs import EpochSampler

    return EpochSampler(found, labels, num_samples, int(seed), num_replicas, rank, settings)


def sampler(name: str, **options: Option) -> Callable[[Callable[..., Any]], Method]:
    """Decorator: register a sampler by the function that draws one epoch.

    The function takes `labels` (`balancer.labels.Labels`), `num_samples`, `rng` (a NumPy generator made of
    seed and epoch) and its options by name, and returns row indices, (num_samples,) int.
    """

    def add(function: Callable[..., Any]) -> Method:
        method = Method("sampler", name, function, options)
        samplers.register(name, func=method)
        return method

    return add


def find_sampler(name: str) -> Method:
    """The sampler called `name`: its function, its options and their bounds; no torch."""
    import balancer.samplers.weighted_random  # noqa: F401  registers what is built in

    return find(samplers, "sampler", name)


def sampler_names() -> list[str]:
    """Every known sampler, built in and from entry points."""
    import balancer.samplers.weighted_random  # noqa: F401

    return sorted(samplers.get_all())


def check_sampler(name: str, **options: Any) -> None:
    """Raise BalanceError (its `key` names the option) where `make_sampler` would for these; no torch."""
    check_options(find_sampler(name), options)
