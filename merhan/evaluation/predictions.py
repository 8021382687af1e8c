"""What a model says of each row, and the file that keeps it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from merhan.errors import MerhanError
from merhan.training.writing import replacing

if TYPE_CHECKING:
    from merhan.features.featureset import FeatureSet
    from merhan.model.modeling import MerHanForEmotionClassification

SMALLEST = 1e-300  # a probability whose logarithm is still a number


@dataclass(frozen=True)
class Predictions:
    """Of one split: `probabilities` and `logits` (rows, classes), `labels` class numbers (rows,), `loss` (rows,)."""

    ids: tuple[str, ...]
    labels: np.ndarray
    logits: np.ndarray
    probabilities: np.ndarray
    loss: np.ndarray


def predict_rows(
    model: MerHanForEmotionClassification, features: FeatureSet, batch_size: int = 64
) -> Predictions:
    """Joint probabilities of every row and its plain cross-entropy (no weights, no smoothing)."""
    import torch

    model.eval()
    parts, labels = [], []
    order = np.arange(len(features))
    with torch.inference_mode():
        for start in range(0, len(order), batch_size):
            batch = features.collate(order[start : start + batch_size].tolist())
            labels.append(hard_labels(batch.pop("labels")))
            batch = {name: value.to(model.device) for name, value in batch.items()}
            parts.append(model(**batch).logits.float().cpu())
    return of_logits(features.ids, torch.cat(labels).numpy(), torch.cat(parts).numpy())


def of_logits(ids: Sequence[str], labels: np.ndarray, logits: np.ndarray) -> Predictions:
    """Predictions of rows by their logits (rows, classes); `loss` is the plain cross-entropy."""
    from scipy.special import log_softmax

    log_p = log_softmax(logits.astype(float), axis=1)
    loss = -np.take_along_axis(log_p, labels[:, None], axis=1)[:, 0]
    return Predictions(tuple(ids), labels, logits, np.exp(log_p), loss)


def hard_labels(labels: object) -> object:
    """Class numbers (rows,) of labels that may be soft (rows, classes); ties go to the first class."""
    return labels.argmax(dim=1) if labels.ndim == 2 else labels  # type: ignore[attr-defined]


def write_predictions(path: Path, by_split: dict[str, Predictions], classes: Sequence[str]) -> None:
    """predictions.parquet: id, split, label, `p_<class>` of each class, loss.

    Rows of `train` are originals, as the model was at the end: what it found hard, no measure of what it can do.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, list] = {"id": [], "split": [], "label": []}
    columns |= {f"p_{name}": [] for name in classes} | {"loss": []}
    for split, found in by_split.items():
        columns["id"] += found.ids
        columns["split"] += [split] * len(found.ids)
        columns["label"] += [classes[number] for number in found.labels]
        for number, name in enumerate(classes):
            columns[f"p_{name}"] += found.probabilities[:, number].tolist()
        columns["loss"] += found.loss.tolist()
    with replacing(path) as temporary:
        pq.write_table(pa.table(columns), temporary)


def read_predictions(path: Path, classes: Sequence[str]) -> dict[str, Predictions]:
    """Of each split in a predictions.parquet; logits are log probabilities, which differ by a number a row.

    Raises
    ------
    MerhanError : the file is gone or broken, or holds other classes.
    """
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
        columns = {name: table.column(name).to_pylist() for name in ("id", "split", "label", "loss")}
        probabilities = np.column_stack([table.column(f"p_{name}").to_numpy() for name in classes])
        place = {name: number for number, name in enumerate(classes)}
        labels = np.array([place[label] for label in columns["label"]], dtype=np.int64)
    except (OSError, KeyError, ValueError) as error:  # pyarrow's own errors are of these kinds
        raise MerhanError(f"{path} is broken or gone ({error}): put it back, or train again.") from error
    splits = np.array(columns["split"], dtype=object)
    found = {}
    for split in dict.fromkeys(columns["split"]):
        rows = np.flatnonzero(splits == split)
        found[split] = Predictions(
            ids=tuple(columns["id"][row] for row in rows),
            labels=labels[rows],
            logits=np.log(np.maximum(probabilities[rows], SMALLEST)),
            probabilities=probabilities[rows],
            loss=np.array(columns["loss"], dtype=float)[rows],
        )
    return found
