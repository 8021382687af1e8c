"""Several axes at once: each combination of a class and a speaker, a gender … as a class of its own."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np

from balancer.errors import BalanceError
from balancer.groups import read_named
from balancer.labels import Label, Labels, in_order, read_labels


def cross(labels: Iterable[Label] | Labels, *axes: Sequence[Any]) -> Labels:
    """The labels crossed with further axes: `plan_copies` and `count` then go by cells.

    A cell is a tuple, the class first: ``("fear", "f")``.  Only cells that occur are there; nothing can be copied
    into the others.  A soft label's shares stay within the utterance's own values of the axes.

    Parameters
    ----------
    axes : (utterances,) each; a missing value is "".

    Raises
    ------
    BalanceError : lengths that differ.
    """
    known = read_labels(labels)
    columns = [_places(axis, len(known)) for axis in axes]
    shape = (len(known.names), *(len(names) for _, names in columns))
    if not len(known):
        return Labels((), known.index, {})
    flat = np.ravel_multi_index((known.index, *(places for places, _ in columns)), shape)
    found, index = np.unique(flat, return_inverse=True)
    values = (known.names, *(names for _, names in columns))
    cells = [
        tuple(names[i] for names, i in zip(values, place, strict=True))
        for place in np.stack(np.unravel_index(found, shape), axis=1).tolist()
    ]
    soft = {
        position: {
            (name, *(names[at[position]] for at, names in columns)): share for name, share in label.items()
        }
        for position, label in known.soft.items()
    }
    names = in_order(set(cells).union(*soft.values()))
    place = {name: i for i, name in enumerate(names)}
    return Labels(names, np.array([place[cell] for cell in cells], dtype=np.int64)[index], soft)


def _places(axis: Sequence[Any], utterances: int) -> tuple[np.ndarray, tuple[Any, ...]]:
    if len(axis) != utterances:
        raise BalanceError(f"an axis has {len(axis)} entries for {utterances} labels; give one each.", "axes")
    return read_named(axis, utterances)
