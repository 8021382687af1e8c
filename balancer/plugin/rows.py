"""The labels of a training set, in the order of a model's logits, read without its items where that is possible."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from balancer.codes import as_list
from balancer.datasets import COLUMNS, find_labels
from balancer.errors import BalanceError, unknown
from balancer.labels import Label, Labels, is_missing, read_labels

_LOG = logging.getLogger(__name__)
IGNORED = -100


@dataclass(frozen=True)
class TrainingRows:
    """What a Balance needs to know of the training split.

    labels : of each row its class name, or of a soft label a map of name to share; None where it is ignored.
    counts : rows of each class, in the order of the logits; a class without rows is there with 0.
    """

    labels: list[Label | None]
    counts: dict[str, float]

    @property
    def read(self) -> Labels:
        """For samplers, which need a class for every row."""
        return read_labels(self.labels)


def read_rows(
    dataset: Any,
    classes: Sequence[str] | int | None = None,
    columns: Sequence[str] = (),
    copies_count: float = 1.0,
) -> TrainingRows:
    """The training split's labels and counts.

    Parameters
    ----------
    dataset : map-style; see `column_of` for where its labels are found.
    classes : names by class number, or how many there are; None: the numbers or names that occur.
    columns : what the label may be called, before the usual names.
    copies_count : what a row whose column `copy` is above 0 adds to its class's count.

    Raises
    ------
    BalanceError : for labels that are no classes of the model, or several a row.
    """
    cells = column_of(dataset, (*columns, *COLUMNS), labels=True)
    names = _names(cells, _declared(dataset, columns) if _unnamed(classes) else classes, classes)
    labels = _as_labels(cells, names)
    known = [row for row, label in enumerate(labels) if label is not None]
    uses = None
    if copies_count != 1:
        copy = np.array([int(n or 0) for n in column_of(dataset, ("copy",))])[known]
        uses = np.where(copy > 0, copies_count, 1.0)
    given = read_labels(labels if len(known) == len(labels) else [labels[row] for row in known])
    totals = _totals(given, uses)
    return TrainingRows(labels, {name: totals.get(name, 0) for name in names})


def column_of(dataset: Any, names: Sequence[str], labels: bool = False) -> list[Any]:
    """One value a row: a column of a Hugging Face dataset, of a DataFrame, or of rows that are dicts.

    Labels are also found as `balancer.labels_of` finds them (`get_labels()`, `.targets`, of a Subset its own) and
    in rows that are tuples, as the last of them.  Where only the rows know, each is read once, and that is said.

    Raises
    ------
    BalanceError : where it is not found, or rows can't be read by number.
    """
    columns = list(getattr(dataset, "column_names", None) or ())
    for name in names:
        if name in columns:
            return _plain(dataset[name])
    if labels and (found := find_labels(dataset)) is not None:
        return _plain(found)
    if not hasattr(dataset, "__len__") or not hasattr(dataset, "__getitem__"):
        raise BalanceError(
            f"{type(dataset).__name__} has no length or no rows by number, so that its classes can't be counted; "
            "balance a map-style dataset.",
            "train_dataset",
        )
    if not len(dataset):
        raise BalanceError(f"{type(dataset).__name__} holds no rows to count.", "train_dataset")
    if not isinstance(dataset, list):
        _LOG.info("Reading each row of %s once for %s.", type(dataset).__name__, names[0])
    return [_cell(dataset[row], names, labels, row) for row in range(len(dataset))]


def _cell(row: Any, names: Sequence[str], labels: bool, number: int) -> Any:
    if isinstance(row, Mapping):
        for name in names:
            if name in row:
                return _plain_cell(row[name])
    elif labels and isinstance(row, tuple | list) and len(row) > 1:
        return _plain_cell(row[-1])
    raise BalanceError(
        f"row {number} of the training set has no {' or '.join(dict.fromkeys(names))}; name the column"
        + (" in TrainingArguments(label_names=[…])." if labels else "."),
        "train_dataset",
    )


def _plain(values: Any) -> list[Any]:
    return [_plain_cell(value) for value in as_list(values)]


def _plain_cell(value: Any) -> Any:
    return value.tolist() if hasattr(value, "tolist") else value


def _unnamed(classes: Sequence[str] | int | None) -> bool:
    return classes is None or isinstance(classes, int)


def _declared(dataset: Any, columns: Sequence[str]) -> Sequence[str] | None:
    """Names that a Hugging Face dataset's own features give to class numbers."""
    features = getattr(dataset, "features", None) or {}
    for name in (*columns, *COLUMNS):
        if isinstance(features, Mapping) and getattr(features.get(name), "names", None):
            return features[name].names
    return None


def _names(cells: list[Any], known: Sequence[str] | None, classes: Sequence[str] | int | None) -> list[str]:
    """Class names by number."""
    highest, words = -1, set()
    for cell in cells:
        if isinstance(cell, str):
            words.add(cell)
        elif isinstance(cell, Mapping):
            words.update(map(str, cell))
        elif isinstance(cell, list):
            highest = max(highest, len(cell) - 1)
        elif not is_missing(cell):
            highest = max(highest, int(cell))
    number = classes if isinstance(classes, int) else None
    if known is None:
        known = sorted(words) if words else [str(n) for n in range(number or highest + 1)]
    if number is not None and len(known) != number:
        raise BalanceError(
            f"the training set has {len(known)} classes and the model {number}; set num_labels of its configuration.",
            "train_dataset",
        )
    if highest >= len(known):
        raise BalanceError(
            f"the training set has class {highest}, and the model classes 0 to {len(known) - 1}; set num_labels of "
            "its configuration.",
            "train_dataset",
        )
    for word in sorted(words):
        if word not in known:
            raise unknown("class", word, known, "train_dataset")
    return [str(name) for name in known]


def _as_labels(cells: list[Any], names: Sequence[str]) -> list[Label | None]:
    return [_as_label(cell, names, row) for row, cell in enumerate(cells)]


def _as_label(cell: Any, names: Sequence[str], row: int) -> Label | None:
    if isinstance(cell, str):
        return cell
    if isinstance(cell, Mapping):
        return {str(name): share for name, share in cell.items()}
    if isinstance(cell, list):
        if all(share in (0, IGNORED) for share in cell):
            return None
        if len(cell) != len(names) or (all(isinstance(share, int) for share in cell) and sum(cell) != 1):
            raise BalanceError(
                f"label {row} is {cell}, several classes at once, which balancing doesn't support; give one class, or "
                f"{len(names)} shares that sum to 1.",
                "train_dataset",
            )
        return {name: share for name, share in zip(names, cell, strict=True) if share}
    if is_missing(cell):
        raise BalanceError(f"label {row} is missing; give it a class or leave the row out.", "train_dataset")
    if cell < 0:
        return None
    if cell != int(cell):
        raise BalanceError(f"label {row} is {cell!r}, no class; number classes from 0.", "train_dataset")
    return names[int(cell)]


def _totals(labels: Labels, uses: np.ndarray | None) -> Mapping[str, float]:
    if uses is None or labels.soft:
        return labels.totals(uses)
    counted = np.bincount(labels.index, weights=uses, minlength=len(labels.names))
    return dict(zip(labels.names, counted.tolist(), strict=True))
