"""Groups of utterances that a split must not cut, and how they are dealt out to splits.

`groupings` says which groups there could be, strictest first; `deal` gives every group one split, so
that sizes and classes come near what was asked for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from recipes.corpus.utterance import Utterance

SPLITS = ("train", "dev", "test")
_FEW = 300  # groups: up to here a deal is worth several trials
_TRIALS = 16
_LEAST = 0.5  # of the size asked for: a stricter grouping that gives less is passed over
_SMALLEST = 3  # rows: fewer cannot be in three splits


@dataclass(frozen=True)
class Grouping:
    """`groups`: a group's number for each utterance; `by` names what makes one, for people."""

    by: str
    groups: np.ndarray
    last: bool  # of those to try: taken even where the sizes come out badly


def groupings(utterances: Sequence[Utterance], by: str) -> Iterator[Grouping]:
    """Groupings to try in turn.

    `by` "speaker" keeps speakers whole, and their dialogues and sessions too where the corpus allows
    it; with fewer than three speakers it goes on with "dialogue", and with fewer than three of those
    with "utterance" (segments of one file together where that leaves enough). Utterances whose speaker
    is unknown are one group; whose dialogue or session is unknown, each one of its own.
    """
    keys = {
        "speakers": [u.speaker or "?" for u in utterances],
        "dialogues": [u.dialogue or None for u in utterances],
        "sessions": [u.session or None for u in utterances],
        "files": [u.audio if u.start is not None or u.end is not None else None for u in utterances],
    }
    known = {"speakers": {u.speaker for u in utterances if u.speaker}}
    known |= {axis: set(values) - {None} for axis, values in keys.items() if axis != "speakers"}
    if by == "session":
        wholes = [("sessions",)] if len(known["sessions"]) >= 2 else []
    elif by == "speaker" and len(known["speakers"]) >= 3:
        wholes = [("speakers", "dialogues", "sessions"), ("speakers", "dialogues"), ("speakers",)]
    elif by != "utterance" and len(known["dialogues"]) >= 3:
        wholes = [("dialogues", "sessions"), ("dialogues",)]
    else:
        wholes = [("files",), ()]
    for axes in wholes:
        named = [axis for axis in axes if known[axis]]
        groups = _joined([keys[axis] for axis in axes], len(utterances))
        yield Grouping(f"whole {' and '.join(named)}" if named else "utterances", groups, axes == wholes[-1])


def deal(
    labels: Sequence[str], groups: np.ndarray, shares: dict[str, float], rng: Generator
) -> np.ndarray | None:
    """A split for each utterance: whole groups, near `shares` of every class.

    Parameters
    ----------
    labels : class of each utterance.
    groups : number of its group, from 0.
    shares : wanted share by split; the first split is train, which keeps every class and its rarest rows.
    rng : settles the order in which groups are dealt.

    Returns
    -------
    Names of splits (utterances,), or None where there are fewer groups than splits.
    """
    splits = list(shares)
    classes, columns = np.unique(np.asarray(labels), return_inverse=True)
    table = np.zeros((int(groups.max()) + 1, len(classes)))
    np.add.at(table, (groups, columns), 1)
    if len(table) < len(splits):
        return None
    totals = table.sum(axis=0)
    wanted = _wanted(totals, np.array(list(shares.values())))
    pinned = (table[:, totals < _SMALLEST] > 0).any(axis=1)
    if (~pinned).sum() < len(splits) - 1:
        pinned[:] = False  # no way to keep them in train without cutting a group
    trials = _TRIALS if len(table) <= _FEW else 1
    best, least = None, np.inf
    for _ in range(trials):
        chosen = _deal_once(table, totals, wanted, pinned, rng)
        cost = _cost(table, totals, wanted, chosen)
        if cost < least:
            best, least = chosen, cost
    return np.array(splits)[best[groups]]


def fits(assigned: np.ndarray, shares: dict[str, float]) -> bool:
    """Whether every split has at least half of the size that was asked for."""
    sizes = Counter(assigned.tolist())
    return all(sizes[name] >= _LEAST * share * len(assigned) for name, share in shares.items())


def rare_classes(labels: Sequence[str]) -> list[str]:
    """Classes with too few rows to be in every split."""
    return sorted(name for name, rows in Counter(labels).items() if rows < _SMALLEST)


def _joined(axes: list[list[str | None]], utterances: int) -> np.ndarray:
    """Group numbers: utterances that share a key on any axis are one group, also by way of others."""
    parent = list(range(utterances))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for keys in axes:
        first: dict[str, int] = {}
        for i, key in enumerate(keys):
            if key is not None:
                parent[root(i)] = root(first.setdefault(key, i))
    return np.unique([root(i) for i in range(utterances)], return_inverse=True)[1]


def _wanted(totals: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """Rows wanted (splits, classes): the shares, but one row at least where there are enough for all."""
    wanted = shares[:, None] * totals[None, :]
    wanted[1:] = np.where(totals >= _SMALLEST, np.maximum(wanted[1:], 1), 0)
    wanted[0] = totals - wanted[1:].sum(axis=0)
    return wanted


def _deal_once(
    table: np.ndarray, totals: np.ndarray, wanted: np.ndarray, pinned: np.ndarray, rng: Generator
) -> np.ndarray:
    """Greedy: each group in turn goes where it lessens the squared distance from what is wanted most."""
    chosen = np.zeros(len(table), dtype=int)
    dealt = np.zeros_like(wanted)
    dealt[0] = table[pinned].sum(axis=0)
    scale = _scale(totals)
    order = rng.permutation(np.flatnonzero(~pinned))
    for left, group in zip(range(len(order), 0, -1), order, strict=True):
        rows = table[group]
        # (d + r − w)² − (d − w)² = r (2 (d − w) + r), over classes and over the whole size.
        by_class = (rows * (2 * (dealt - wanted) + rows) * scale).sum(axis=1)
        size, missing = rows.sum(), (dealt - wanted).sum(axis=1)
        change = by_class + size * (2 * missing + size) / totals.sum() ** 2
        empty = dealt.sum(axis=1) == 0
        if left <= empty.sum():
            change = np.where(empty, change, np.inf)
        chosen[group] = int(np.argmin(change))
        dealt[chosen[group]] += rows
    return chosen


def _cost(table: np.ndarray, totals: np.ndarray, wanted: np.ndarray, chosen: np.ndarray) -> float:
    dealt = np.stack([table[chosen == split].sum(axis=0) for split in range(len(wanted))])
    distance = ((dealt - wanted) ** 2 * _scale(totals)).sum()
    distance += (((dealt - wanted).sum(axis=1) / totals.sum()) ** 2).sum()
    empty = (dealt.sum(axis=1) == 0).sum()
    untrained = (dealt[0] == 0).sum()
    return float(distance + 1e6 * empty + 1e3 * untrained)


def _scale(totals: np.ndarray) -> np.ndarray:
    """A class weighs the same however rare, all classes together as much as the whole size."""
    return 1 / (totals**2 * len(totals))
