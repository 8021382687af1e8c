"""Which utterances of a large class are left out: those that are most like others that stay."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.random import Generator

from balancer.errors import BalanceError, unknown
from balancer.groups import read_groups
from balancer.labels import Label, Labels, read_labels


def undersample(
    labels: Iterable[Label] | Labels,
    most: Mapping[Any, float],
    groups: Sequence[Any] | None = None,
    vectors: np.ndarray | None = None,
    rng: Generator | None = None,
) -> np.ndarray:
    """Which utterances stay when no class may have more than `most`, bool (utterances,).

    Groups (speakers) are kept even: of a class the largest are cut first, down to a common number.  Within a
    group, rows stay that are far from one another in `vectors` (see `farthest_first`); without vectors they
    are drawn.  Each class keeps at least one row.

    Parameters
    ----------
    most : class -> utterances, soft shares of its own rows added; classes that are absent stay whole.
    groups : (utterances,); None is one group.
    vectors : (utterances, dimensions), of classes to be cut; rows of other classes are not looked at.
    rng : draws where there are no vectors, seed 0 by default.

    Raises
    ------
    BalanceError : a class that does not exist, lengths that differ.
    """
    known = read_labels(labels)
    kept = np.ones(len(known), dtype=bool)
    for name, values in (("groups", groups), ("vectors", vectors)):
        if values is not None and len(values) != len(known):
            raise BalanceError(
                f"{name} has {len(values)} entries for {len(known)} labels; give one each.", name
            )
    for name in most:
        if name not in known.names:
            raise unknown("class", name, known.names, "most")
    rng = rng or np.random.default_rng(0)
    drawn = rng.permutation(len(known)) if vectors is None else None
    group, groups_there = read_groups(groups, len(known))
    shares, totals = known.own_share, known.totals()
    for name, limit in most.items():
        members = np.flatnonzero(known.index == known.names.index(name))
        if totals[name] <= limit or not len(members):
            continue
        # What other rows' soft labels add to this class can't be cut here.
        limit -= totals[name] - float(shares[members].sum())
        number = max(1, int(np.floor(limit / float(shares[members].mean()) + 1e-9)))
        kept[members] = False
        sizes = np.bincount(group[members], minlength=groups_there)
        for place, quota in enumerate(even_quotas(sizes, number)):
            own = members[group[members] == place]
            if drawn is not None:
                kept[own[np.argsort(drawn[own])[:quota]]] = True
            elif quota:
                kept[own[farthest_first(vectors[own], int(quota))]] = True
    return kept


def farthest_first(vectors: np.ndarray, number: int) -> np.ndarray:
    """Positions of `number` rows (or of all) that lie far apart, in the order in which they are taken.

    The first is the row nearest to the mean; each further one is the row whose nearest taken row is farthest
    away (k-center greedy), so that what is left out has a taken row close by: at most twice as far as in the
    best choice.  Ties go to the first.  Takes rows × number × dimensions steps.
    Source: Gonzalez 1985, Theor. Comput. Sci. 38:293; as a core set Sener & Savarese 2018, arXiv:1708.00489.

    Parameters
    ----------
    vectors : (rows, dimensions).
    """
    vectors = np.asarray(vectors, dtype=np.float32)
    number = min(number, len(vectors))
    if number <= 0:
        return np.zeros(0, dtype=np.int64)
    squares = np.einsum("ij,ij->i", vectors, vectors)
    taken = np.empty(number, dtype=np.int64)
    taken[0] = int(((vectors - vectors.mean(axis=0)) ** 2).sum(axis=1).argmin())
    nearest = np.full(len(vectors), np.inf, dtype=np.float32)
    for turn in range(number):
        if turn:
            taken[turn] = int(nearest.argmax())
        last = taken[turn]
        distance = squares - 2 * (vectors @ vectors[last]) + squares[last]
        np.minimum(nearest, np.maximum(distance, 0), out=nearest)
        nearest[taken[: turn + 1]] = -1  # taken, whatever else lies in the same place
    return taken


def even_quotas(sizes: Sequence[int], number: int) -> np.ndarray:
    """How many of each group stay, `number` in all: as even as their sizes allow; the first get what is over."""
    sizes = np.asarray(sizes)
    low, high = 0, int(sizes.max(initial=0))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if np.minimum(sizes, middle).sum() <= number else (low, middle - 1)
    quotas = np.minimum(sizes, low)
    over = np.flatnonzero(sizes > low)[: max(0, number - int(quotas.sum()))]
    quotas[over] += 1
    return quotas
