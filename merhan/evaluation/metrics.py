"""How well a model tells the classes apart: the `test` and `dev` blocks of metrics.json."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from balancer import expected_calibration_error
from merhan.errors import DIVERGED, MerhanError


def classification_report(
    labels: Sequence[int] | np.ndarray,
    probabilities: Sequence[Sequence[float]] | np.ndarray,
    class_names: Sequence[str],
    losses: Sequence[float] | np.ndarray | None = None,
) -> dict[str, Any]:
    """Figures of one split, as plain values that JSON takes; a figure that does not exist is None.

    UAR and macro-F1 average the classes that have rows: the recall, and so the F1, of a class without rows
    does not exist.  The precision of a class that has rows and was never predicted is 0.

    Parameters
    ----------
    labels : (rows,) class numbers in the order of `class_names`.
    probabilities : (rows, classes); the largest is the prediction.
    class_names : in the order of the model's label ids.
    losses : (rows,), averaged; without them `loss` is None.

    Returns
    -------
    dict with accuracy (what the field calls WA), uar, weighted_f1, macro_f1,
    per_class {name: {precision, recall, f1, support}},
    confusion_matrix {labels, matrix: true classes in rows, predicted in columns}, loss, ece: the expected
    calibration error of the top label, 15 bins (balancer.expected_calibration_error).

    Raises
    ------
    MerhanError : where shapes differ, a label is no class, or a probability is not finite; with the row.
    """
    from sklearn.metrics import accuracy_score, confusion_matrix, precision_recall_fscore_support

    labels, probabilities = _checked(labels, probabilities, class_names)
    if losses is not None and len(losses) != len(labels):
        raise MerhanError(f"{len(losses)} losses for {len(labels)} labels; give one a row.")
    if not len(labels):
        return _no_rows(class_names)
    classes = np.arange(len(class_names))
    predicted = probabilities.argmax(axis=1)
    by_class = precision_recall_fscore_support(labels, predicted, labels=classes, zero_division=0)
    ever_predicted = np.bincount(predicted, minlength=len(classes))
    _, recall, f1, support = by_class
    present = support > 0
    return {
        "accuracy": float(accuracy_score(labels, predicted)),
        "uar": float(recall[present].mean()),
        "weighted_f1": float(np.average(f1, weights=support)),
        "macro_f1": float(f1[present].mean()),
        "per_class": dict(zip(class_names, map(_of_class, *by_class, ever_predicted), strict=True)),
        "confusion_matrix": {
            "labels": list(class_names),
            "matrix": confusion_matrix(labels, predicted, labels=classes).tolist(),
        },
        "loss": None if losses is None else float(np.mean(losses)),
        "ece": expected_calibration_error(probabilities, labels),
    }


def _no_rows(class_names: Sequence[str]) -> dict[str, Any]:
    return {
        **dict.fromkeys(("accuracy", "uar", "weighted_f1", "macro_f1")),
        "per_class": {name: _of_class(0, 0, 0, 0, 0) for name in class_names},
        "confusion_matrix": {
            "labels": list(class_names),
            "matrix": [[0] * len(class_names) for _ in class_names],
        },
        "loss": None,
        "ece": None,
    }


def _of_class(precision: float, recall: float, f1: float, support: int, predicted: int) -> dict[str, Any]:
    has_rows = bool(support)
    return {
        "precision": float(precision) if has_rows or predicted else None,
        "recall": float(recall) if has_rows else None,
        "f1": float(f1) if has_rows else None,
        "support": int(support),
    }


def _checked(labels: Any, probabilities: Any, class_names: Sequence[str]) -> tuple[np.ndarray, np.ndarray]:
    labels, probabilities = np.asarray(labels), np.asarray(probabilities, dtype=float)
    if not len(labels) and not probabilities.size:
        return labels, probabilities
    if labels.ndim != 1 or probabilities.shape != (len(labels), len(class_names)):
        raise MerhanError(
            f"labels {labels.shape} and probabilities {probabilities.shape} do not fit {len(class_names)} "
            "classes: give (rows,) and (rows, classes)."
        )
    wrong = np.flatnonzero(~np.isfinite(probabilities).all(axis=1))
    if len(wrong):
        raise MerhanError(f"row {wrong[0]}: the model's probabilities are {DIVERGED}")
    if not np.issubdtype(labels.dtype, np.integer) or labels.min() < 0 or labels.max() >= len(class_names):
        raise MerhanError(f"labels must be class numbers from 0 to {len(class_names) - 1}.")
    return labels, probabilities
