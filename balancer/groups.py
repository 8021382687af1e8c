"""Groups of utterances, speakers mostly, read once into numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from balancer.codes import as_codes
from balancer.labels import in_order, is_missing


def read_groups(groups: Iterable[Any] | None, utterances: int) -> tuple[np.ndarray, int]:
    """(utterances,) the place of each one's group among all, sorted, in as few bytes as it needs; and how many.

    None, for all or for single utterances, is one nameless group.
    """
    places, names = read_named(groups, utterances)
    return places, max(1, len(names))


def read_named(groups: Iterable[Any] | None, utterances: int) -> tuple[np.ndarray, tuple[Any, ...]]:
    """As `read_groups`, with the names; the nameless one is ""."""
    if groups is None:
        return np.zeros(utterances, dtype=np.uint8), ("",)
    distinct, codes = as_codes(groups)
    named = ["" if is_missing(group) else group for group in distinct]
    names = in_order(set(named))
    place = {name: i for i, name in enumerate(names)}
    places = np.array([place[name] for name in named], dtype=np.int64)
    return small(places, len(names))[codes], names


def small(places: np.ndarray, below: int) -> np.ndarray:
    """The same numbers in as few bytes as they need."""
    return places.astype(np.min_scalar_type(max(1, below)))
