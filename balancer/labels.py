"""Labels, hard or soft, read once into positions and shares."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from balancer.codes import as_codes, as_list
from balancer.errors import BalanceError

Label = str | Mapping[str, float]

COMPOUND = (Mapping, list, tuple, set, frozenset, np.ndarray)


def hard(label: Label) -> Any:
    """The one class of a label: itself, or of a soft label its largest share (ties by name)."""
    if not isinstance(label, Mapping):
        return label
    return min(label, key=lambda name: (-label[name], str(name)))


def has_consensus(label: Label) -> bool:
    """Whether one class has the largest share alone; of a hard label, always."""
    if not isinstance(label, Mapping):
        return True
    first, *others = sorted(label.values(), reverse=True)
    return not others or not math.isclose(first, others[0], rel_tol=1e-5)  # six digits of a third


@dataclass(frozen=True)
class Labels:
    """The labels of `n` utterances.

    names : every class that occurs, sorted.
    index : (n,) position in `names` of each utterance's class, of a soft label's largest share.
    soft : position of each softly labelled utterance -> its shares, which sum to 1.
    """

    names: tuple[Any, ...]
    index: np.ndarray
    soft: Mapping[int, Mapping[Any, float]]

    def __len__(self) -> int:
        return len(self.index)

    @property
    def own_share(self) -> np.ndarray:
        """(n,) what each utterance adds to the count of its own class: 1, or its largest share."""
        shares = np.ones(len(self.index))
        for position, label in self.soft.items():
            shares[position] = label[self.names[self.index[position]]]
        return shares

    def totals(self, uses: np.ndarray | None = None) -> dict[Any, float]:
        """Utterances of each class, soft shares added; whole numbers where no label is soft.

        uses : (n,) how often each utterance counts; once by default.
        """
        if not self.soft:
            totals = np.bincount(self.index, weights=uses, minlength=len(self.names))
            return {name: int(total) for name, total in zip(self.names, totals, strict=True)}
        weight = np.ones(len(self.index), dtype=np.int64) if uses is None else np.array(uses)
        terms: dict[Any, list[float]] = {name: [] for name in self.names}
        for position, label in self.soft.items():
            for name, share in label.items():
                terms[name].append(share * float(weight[position]))
            weight[position] = 0
        totals = np.bincount(self.index, weights=weight, minlength=len(self.names))
        # fsum rounds once, so that the order of the utterances cannot move a count across a target.
        return {
            name: math.fsum([float(total), *terms[name]])
            for name, total in zip(self.names, totals, strict=True)
        }


def read_labels(labels: Iterable[Label] | Labels) -> Labels:
    """Read labels in any sequence: list, NumPy array, pandas Series, tensor; soft ones map class to share.

    Labels that were read before are given back, so that whoever needs them twice reads them once.

    Raises
    ------
    BalanceError : for a missing label, several classes at once, or shares that are none; with the position.
    """
    if isinstance(labels, Labels):
        return labels
    values = labels if isinstance(labels, np.ndarray) else as_list(labels)
    soft: dict[int, dict[Any, float]] = {}
    try:
        distinct, codes = as_codes(values)
        compound = any(isinstance(value, COMPOUND) for value in distinct)
    except TypeError:  # maps and lists have no hash
        compound = True
    if compound:
        values = as_list(values)
        soft = {i: _shares(label, i) for i, label in enumerate(values) if isinstance(label, COMPOUND)}
        distinct, codes = as_codes([hard(soft[i]) if i in soft else value for i, value in enumerate(values)])
    if any(map(is_missing, distinct)):
        place = next(i for i, name in enumerate(distinct) if is_missing(name))
        raise BalanceError(
            f"label {int(np.argmax(codes == place))} is missing; every utterance needs a class.", "labels"
        )
    found = set(distinct).union(*soft.values())
    if any(map(is_missing, found)):
        raise BalanceError(
            "a class name in a soft label is missing; every utterance needs a class.", "labels"
        )
    names = in_order(found)
    position = {name: i for i, name in enumerate(names)}
    return Labels(names, np.array([position[name] for name in distinct], dtype=np.int64)[codes], soft)


def in_order(names: Iterable[Any]) -> tuple[Any, ...]:
    """Class names sorted; numbers and words together are sorted as words."""
    try:
        return tuple(sorted(names))
    except TypeError:
        return tuple(sorted(names, key=str))


def is_missing(value: Any) -> bool:
    """None, NaN, pandas' NA, or an empty word."""
    return (
        value is None
        or (isinstance(value, str) and not value)
        or (isinstance(value, float) and math.isnan(value))
        or type(value).__name__ in ("NAType", "NaTType")
    )


def _shares(label: Any, position: int) -> dict[Any, float]:
    if not isinstance(label, Mapping):
        raise BalanceError(
            f"label {position} is a {type(label).__name__}: several classes at once (multi-label) are not supported; "
            "give one class, or a map of class to share.",
            "labels",
        )
    for name, share in label.items():
        if not (isinstance(share, int | float | np.number) and math.isfinite(share) and share >= 0):
            raise BalanceError(
                f"label {position}: the share of {name!r} is {share!r}, no share of 0 to 1.", "labels"
            )
    whole = math.fsum(label.values())
    if whole <= 0:
        raise BalanceError(
            f"label {position} gives no class a share; remove the row or give it a class.", "labels"
        )
    return {name: float(share) / whole for name, share in label.items()}
