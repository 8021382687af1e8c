"""What a plan ties together: classes with speakers, genders, corpora."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from balancer.cells import cross
from balancer.labels import Label, Labels, read_labels

_MOST = 0.5  # of a class's rows, from one speaker
_LIFT = 1.5  # times that speaker's share of all rows


@dataclass(frozen=True)
class Dominated:
    """A class most of whose rows, copies included, come from one value of an axis.

    share : of the class's rows that are `group`'s, `before` the same among originals.
    sources, originals : originals of the class that are `group`'s, and all.
    """

    label: Any
    group: Any
    share: float
    before: float
    sources: int
    originals: int


def cramers_v(
    labels: Iterable[Label] | Labels, groups: Sequence[Any], uses: Sequence[float] | None = None
) -> float:
    """How closely classes go with groups: 0 not at all, 1 where one follows from the other.

    V = sqrt(χ² / n / min(classes - 1, groups - 1)), 0 where there is one class or one group; rows that count
    twice change nothing if all do.  Source: Cramér 1946, Mathematical Methods of Statistics, 21.9.

    Parameters
    ----------
    groups : (utterances,) values of an axis; a missing one is "".
    uses : (utterances,) how often each counts; once by default.
    """
    table = _table(read_labels(labels), groups, uses)[2]
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    if min(table.shape, default=0) < 2:
        return 0.0
    shares = table / table.sum()
    expected = np.outer(shares.sum(axis=1), shares.sum(axis=0))
    chi = float(((shares - expected) ** 2 / expected).sum())
    return float(np.sqrt(chi / (min(table.shape) - 1)))


def dominated(
    labels: Iterable[Label] | Labels, groups: Sequence[Any], uses: Sequence[int]
) -> list[Dominated]:
    """Classes with copies, more than half of whose rows come from one group that is not half of everything.

    A group counts as such from 1.5 times its share of all originals: where a corpus has one speaker, or two,
    half of a class is no news.

    Parameters
    ----------
    uses : (utterances,) how often each counts: once, and once for each copy; 0 where it is left out.
    """
    known = read_labels(labels)
    uses = np.asarray(uses)
    names, values, before = _table(known, groups, None)
    after = _table(known, groups, uses)[2]
    if not before.size:
        return []
    overall = before.sum(axis=0) / before.sum()
    copied = np.bincount(known.index, weights=uses > 1, minlength=len(names))
    found = []
    for place in np.flatnonzero((copied > 0) & (after.sum(axis=1) > 0)):
        shares = after[place] / after[place].sum()
        top = int(shares.argmax())
        if shares[top] > _MOST and shares[top] >= _LIFT * overall[top] and values[top] != "":
            own = before[place]
            found.append(
                Dominated(
                    label=names[place],
                    group=values[top],
                    share=float(shares[top]),
                    before=float(own[top] / own.sum()),
                    sources=round(own[top]),
                    originals=round(own.sum()),
                )
            )
    return found


def _table(known: Labels, groups: Sequence[Any], uses: Any) -> tuple[tuple[Any, ...], list[Any], np.ndarray]:
    """Class names, group values, and the rows of each pair (classes, groups)."""
    totals = cross(known, groups).totals(None if uses is None else np.asarray(uses, dtype=float))
    values = sorted({cell[1] for cell in totals}, key=str)
    row = {name: i for i, name in enumerate(known.names)}
    column = {value: i for i, value in enumerate(values)}
    table = np.zeros((len(row), len(column)))
    for (name, value), total in totals.items():
        table[row[name], column[value]] = total
    return known.names, values, table
