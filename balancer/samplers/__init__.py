"""Samplers by name, each in one file; torch is imported when one is made."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import catalogue
import numpy as np

from balancer.errors import BalanceError
from balancer.options import Method, Option, check_options, find, known_names

if TYPE_CHECKING:
    from balancer.labels import Label, Labels
    from balancer.samplers.epochs import EpochSampler

__all__ = ["Option", "check_sampler", "find_sampler", "make_sampler", "sampler", "sampler_names", "samplers"]

# One name with a dot: catalogue would join two with "_", and the group is merhan_balance.samplers.
samplers = catalogue.create("merhan_balance.samplers", entry_points=True)

BUILT_IN = (  # each a file here
    "class_aware",
    "group_aware",
    "length_bucketed",
    "progressively_balanced",
    "square_root",
    "weighted_random",
)

NEEDS = {
    "groups": "one a row (its speaker, say)",
    "lengths": "one a row (frames, seconds or tokens)",
    "batch_size": "rows a batch of one process",
    "epochs": "as many as will be trained",
}


def make_sampler(
    name: str,
    labels: Iterable[Label] | Labels,
    *,
    groups: Iterable[Any] | None = None,
    lengths: Iterable[float] | None = None,
    batch_size: int | None = None,
    epochs: int | None = None,
    num_samples: int | None = None,
    seed: int = 0,
    num_replicas: int = 1,
    rank: int = 0,
    **options: Any,
) -> EpochSampler:
    """A torch sampler of row indices, whose order depends on seed and epoch alone.

    A sampler takes of groups, lengths, batch_size and epochs what it has use for: all may be given to any.

    Parameters
    ----------
    name : a registered sampler, see `sampler_names`.
    labels : one a row of the dataset that is sampled, of a subset the subset's own (`labels_of` reads them);
        words, numbers, NumPy array, pandas Series, tensor, or soft maps, of which the class with the largest
        share counts.
    groups : of each row, its speaker mostly; rows without one (None, NaN, "") are one nameless group.
    lengths : of each row, in any unit.
    batch_size : rows a batch of one process.
    epochs : how many will be trained.
    num_samples : rows an epoch, over all processes; as many as there are labels by default.
    seed : from 0.
    num_replicas, rank : processes and which this is, where nothing else divides the rows among them
        (`accelerate`, and so the Hugging Face Trainer, does); each gets ceil(num_samples / num_replicas).
    options : of this sampler alone.

    Raises
    ------
    BalanceError : for a name or option that does not exist (the nearest is shown), values out of bounds,
        something that the sampler needs and was not given, and where there are no labels.
    """
    found = find_sampler(name)
    settings = found.settings(options)
    given = {"groups": groups, "lengths": lengths, "batch_size": batch_size, "epochs": epochs}
    for key in found.needs:
        if given[key] is None:
            raise BalanceError(f"sampler {name} needs {key}: give {key}=, {NEEDS[key]}.", key)
    for key, value, low in (
        ("batch_size", batch_size, 1),
        ("epochs", epochs, 1),
        ("num_samples", num_samples, 1),
        ("seed", seed, 0),
        ("num_replicas", num_replicas, 1),
        ("rank", rank, 0),
    ):
        if value is not None:
            check_whole(name, key, value, low)
    if rank >= num_replicas:
        raise BalanceError(f"sampler {name}: rank {rank} of {num_replicas} processes does not exist.", "rank")

    from balancer.samplers.epochs import EpochSampler

    return EpochSampler(found, labels, given, num_samples, int(seed), int(num_replicas), int(rank), settings)


def sampler(
    name: str, *, needs: tuple[str, ...] = (), whole_batches: bool = False, **options: Option
) -> Callable[[Callable[..., Any]], Method]:
    """Decorator: register a sampler by the function that draws one epoch.

    The function takes `labels` (`balancer.labels.Labels`), `num_samples`, `rng` (a NumPy generator made of
    seed and epoch) and its options by name, and returns row indices, (num_samples,) int.  What else it has a
    parameter for, it is given: `epoch` (from 0), `epochs`, `seed`, `batch_size`, `groups` ((rows,) numbers from
    0, equal in rows of one group), `lengths` ((rows,) floats); None where nobody gave it.

    needs : those of groups, lengths, batch_size and epochs that it can't do without.
    whole_batches : its rows are batches of `batch_size`, one after another, that belong together; see
        `EpochSampler`.
    """

    def add(function: Callable[..., Any]) -> Method:
        method = Method("sampler", name, function, options, needs=needs, whole_batches=whole_batches)
        samplers.register(name, func=method)
        return method

    return add


def find_sampler(name: str) -> Method:
    """The sampler called `name`: its function, its options and their bounds; no torch."""
    _register_built_in()
    return find(samplers, "sampler", name)


def sampler_names() -> list[str]:
    """Every known sampler, built in and from entry points."""
    _register_built_in()
    return known_names(samplers)


def check_sampler(name: str, **options: Any) -> None:
    """Raise BalanceError (its `key` names the option) where `make_sampler` would for these; no torch."""
    check_options(find_sampler(name), options)


def check_whole(name: str, key: str, value: Any, low: int) -> None:
    """Raise BalanceError unless a sampler's number `key` is whole, from `low`."""
    number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
    if not number or value != value // 1 or value < low:
        raise BalanceError(f"sampler {name}: {key} {value!r} is not a whole number from {low}.", key)


@cache
def _register_built_in() -> None:
    for name in BUILT_IN:
        import_module(f"{__name__}.{name}")
