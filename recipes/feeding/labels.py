"""Labels of somebody else's dataset: class numbers, names, shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from balancer.labels import COMPOUND, is_missing
from recipes.errors import CorpusError

Label = str | dict[str, float]
IGNORED = -100


def class_names(
    values: Sequence[Any], known: Sequence[str] | None, where: str, labelled: bool = True
) -> tuple[str, ...]:
    """Names in the order of the class numbers.

    Parameters
    ----------
    values : labels as the dataset has them: numbers, names, maps of name to share, lists of shares.
    known : names by number, of the dataset's features or the model's configuration; None where nobody says.
    labelled : every row must have one; else those without are passed over.

    Raises
    ------
    CorpusError : a label that none of the known names stands for; a row without a label.
    """
    found: set[str] = set()
    highest = -1
    for row, value in enumerate(values):
        if is_unknown(value):
            if labelled:
                raise CorpusError(f"{where} row {row} has no label; give it a class or leave the row out.")
        elif isinstance(value, Mapping):
            found.update(map(str, value))
        elif isinstance(value, COMPOUND):
            highest = max(highest, len(value) - 1)
        elif isinstance(value, str):
            found.add(value)
        elif value != int(value):
            raise CorpusError(f"{where} row {row}: label {value!r} is no class; number classes from 0.")
        else:
            highest = max(highest, int(value))
    if found and highest >= 0:
        raise CorpusError(f"{where} has both names and numbers as labels; use one of them.")
    if known is None:
        return tuple(sorted(found)) if found else tuple(str(n) for n in range(highest + 1))
    unknown = sorted(found - set(known))
    if unknown or highest >= len(known):
        wrong = repr(unknown[0]) if unknown else str(highest)
        raise CorpusError(
            f"{where} has label {wrong}, which is none of the {len(known)} classes of the model "
            f"({', '.join(known)}); set num_labels, id2label and label2id of its configuration."
        )
    return tuple(known)


def is_unknown(value: Any) -> bool:
    """Nothing, or a number below 0: how datasets mark rows that nobody labelled."""
    return is_missing(value) or (isinstance(value, int | float) and value < 0)


def as_label(value: Any, classes: Sequence[str]) -> Label:
    """A label by name: the class, or of a soft one its shares that are not 0; "" where it is unknown."""
    if is_unknown(value):
        return ""
    if isinstance(value, Mapping):
        return _settled({str(name): float(share) for name, share in value.items() if share})
    if isinstance(value, COMPOUND):
        return _settled({classes[n]: float(share) for n, share in enumerate(value) if share})
    return value if isinstance(value, str) else classes[int(value)]


def as_target(label: Label, classes: Sequence[str], soft: bool) -> int | list[float]:
    """What the model is compared with: a class number, or with `soft` shares in class order.

    An unknown label is -100, or no shares at all: what losses ignore.
    """
    if label == "":
        return [0.0] * len(classes) if soft else IGNORED
    if not soft:
        return classes.index(label)
    shares = {label: 1.0} if isinstance(label, str) else label
    return [shares.get(name, 0.0) for name in classes]


def plain_label(value: Any) -> Any:
    """NumPy's and torch's numbers and arrays as Python's; anything else as it is."""
    if hasattr(value, "tolist") and not isinstance(value, str):
        return value.tolist()
    return value.item() if isinstance(value, np.generic) else value


def _settled(shares: dict[str, float]) -> Label:
    total = sum(shares.values())
    return next(iter(shares)) if len(shares) == 1 else {name: share / total for name, share in shares.items()}
