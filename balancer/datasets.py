"""The labels of anybody's dataset, without reading its items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from balancer.codes import as_list
from balancer.errors import BalanceError

ATTRIBUTES = ("labels", "targets")
COLUMNS = ("label", "labels", "label_ids")


def labels_of(dataset: Any, column: str | None = None) -> list[Any]:
    """One label a row, in the dataset's order, as `make_sampler`, `count` and `plan_copies` take them.

    Looked for in this order: `column`; ``dataset.get_labels()``, as torchsampler asks for; ``.labels`` and
    ``.targets``, where they hold one a row (torchvision, torchaudio); the columns label, labels, label_ids of a
    Hugging Face dataset or a pandas DataFrame; the rows that a ``Subset`` chose of its dataset, and the datasets
    that a ``ConcatDataset`` joins, each asked likewise; the last tensor of a ``TensorDataset``.

    Raises
    ------
    BalanceError : where none of these is there, and for several labels a row (multi-label).
    """
    labels = find_labels(dataset, column)
    if labels is None:
        where = f"column {column!r}" if column else "get_labels(), .labels, .targets or a label column"
        raise BalanceError(
            f"{type(dataset).__name__} has no {where} with one label a row; give the labels themselves, or name "
            "their column.",
            "labels",
        )
    values = as_list(labels)
    if (values and isinstance(values[0], list | tuple | set)) or getattr(labels, "ndim", 1) > 1:
        raise BalanceError(
            f"the labels of {type(dataset).__name__} are multi-label, several a row; balancing needs one class a "
            "row: give that, or a map of class to share.",
            "labels",
        )
    return values


def find_labels(dataset: Any, column: str | None = None) -> Any:
    """What `labels_of` looks for, as it is, multi-label too; None where there is nothing of the kind."""
    if column is not None and column in _columns(dataset):
        return dataset[column]
    if column is None:
        if callable(getattr(dataset, "get_labels", None)):
            return dataset.get_labels()
        for name in ATTRIBUTES:
            if _one_a_row(labels := getattr(dataset, name, None), dataset):
                return labels
        for name in COLUMNS:
            if name in _columns(dataset):
                return dataset[name]
    if hasattr(dataset, "dataset") and hasattr(dataset, "indices"):
        whole = find_labels(dataset.dataset, column)
        if whole is None:
            return None
        whole = as_list(whole)
        return [whole[row] for row in as_list(dataset.indices)]
    if isinstance(parts := getattr(dataset, "datasets", None), Sequence):
        found = [find_labels(part, column) for part in parts]
        return (
            None if any(labels is None for labels in found) else [x for part in found for x in as_list(part)]
        )
    tensors = getattr(dataset, "tensors", None)
    return tensors[-1] if tensors and column is None else None


def _columns(dataset: Any) -> list[str]:
    for name in ("column_names", "columns"):
        columns = getattr(dataset, name, None)
        if columns is not None and not callable(columns):
            return list(columns)
    return []


def _one_a_row(labels: Any, dataset: Any) -> bool:
    """Not the names of the classes, nor a method."""
    return hasattr(labels, "__len__") and not isinstance(labels, str) and len(labels) == len(dataset)
