"""The training rows as the classifier reads them: pooled once, resampled if a recipe says so."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from balancer.resample import Resampled, resample
from merhan.model.pooled import Pooled
from merhan.training.writing import replacing

if TYPE_CHECKING:
    from merhan.features.featureset import FeatureSet
    from merhan.model.modeling import MerHanForEmotionClassification
    from recipes.classifier_settings import ResampleSettings


@dataclass(frozen=True)
class PooledRows:
    """Rows of a split, in evaluation mode.

    pooled : (rows, …) on the model's device. labels : int64 (rows,), or shares (rows, classes) where any is soft.
    """

    pooled: Pooled
    labels: torch.Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def rows(self, index: Sequence[int]) -> PooledRows:
        """Some rows, by number."""
        chosen = torch.as_tensor(index, device=self.labels.device)
        return PooledRows(self.pooled.rows(chosen), self.labels[chosen])


def pool_rows(
    model: MerHanForEmotionClassification, features: FeatureSet, batch_size: int = 64
) -> PooledRows:
    """What the classifier reads of every row: no dropout, no modality left out, nothing mixed."""
    model.eval()
    parts, labels = [], []
    with torch.no_grad():
        for start in range(0, len(features), batch_size):
            batch = features.collate(list(range(start, min(start + batch_size, len(features)))))
            batch = {name: value.to(model.device) for name, value in batch.items()}
            labels.append(batch.pop("labels"))
            parts.append(model(**batch, output_pooled=True).pooled)
    whole = (None if part[0] is None else torch.cat(part) for part in zip(*parts, strict=True))
    return PooledRows(Pooled(*whole), torch.cat(labels))


def resample_rows(
    rows: PooledRows, classes: Sequence[str], settings: ResampleSettings, seed: int
) -> tuple[PooledRows, Resampled]:
    """`rows` resampled; the vectors of all sources count alike when neighbours are sought.

    Each source (fused, audio, text, functionals, text mean) is divided by the root of its variance, summed over
    channels, so that neither the widest nor the loudest decides alone who is near. A synthetic row has a
    modality where both of the rows that it lies between have it: half of silence would bear half of a label.
    """
    sources = [name for name, part in zip(Pooled._fields, rows.pooled, strict=True) if _is_vector(part)]
    vectors = {name: getattr(rows.pooled, name).double().cpu().numpy() for name in sources}
    scales = {name: float(np.sqrt(x.var(axis=0).sum())) or 1.0 for name, x in vectors.items()}
    present = np.column_stack([rows.pooled.has_audio.cpu(), rows.pooled.has_text.cpu()]).astype(float)
    X = np.concatenate([*(vectors[name] / scales[name] for name in sources), present], axis=1)
    found = resample(
        X,
        _named(rows.labels, classes),
        settings.name,
        strategy=settings.strategy,
        seed=seed,
        **{key: value for key, value in settings.options().items() if key != "strategy"},
    )
    ends = np.cumsum([vectors[name].shape[1] for name in sources])
    like = rows.pooled.functionals
    parts = {
        name: torch.from_numpy(part * scales[name]).to(like)
        for name, part in zip(sources, np.split(found.X, ends, axis=1)[:-1], strict=True)
    }
    has_audio, has_text = torch.from_numpy(found.X[:, -2:] == 1).to(like.device).T
    whole = {"has_audio": has_audio, "has_text": has_text, **parts}
    whole |= {name: part[found.source] for name, part in _rest(rows.pooled, whole).items()}
    return replace(rows, pooled=Pooled(**whole), labels=_targets(found.y, classes).to(like.device)), found


def write_resampled(path: Path, found: Resampled, ids: Sequence[str]) -> None:
    """resampled.csv: of each row that the classifier learnt from, the utterance it is or starts from."""
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["source", "label", "synthetic"])
        for source, label, new in zip(found.source, found.y, found.synthetic, strict=True):
            said = json.dumps(label, ensure_ascii=False) if isinstance(label, dict) else label
            table.writerow([ids[source], said, str(bool(new)).lower()])


def _is_vector(part: torch.Tensor | None) -> bool:
    return part is not None and part.is_floating_point() and part.shape[1] > 0


def _rest(pooled: Pooled, known: Mapping[str, Any]) -> dict[str, torch.Tensor]:
    """Parts without a channel."""
    parts = zip(Pooled._fields, pooled, strict=True)
    return {name: part for name, part in parts if part is not None and name not in known}


def _named(labels: torch.Tensor, classes: Sequence[str]) -> list[Any]:
    if labels.ndim == 1:
        return [classes[code] for code in labels.tolist()]
    shares = labels.double().cpu().tolist()
    return [{name: share for name, share in zip(classes, row, strict=True) if share} for row in shares]


def _targets(labels: np.ndarray, classes: Sequence[str]) -> torch.Tensor:
    if labels.dtype != object:
        place = {name: code for code, name in enumerate(classes)}
        return torch.tensor([place[name] for name in labels.tolist()])
    return torch.tensor([[label.get(name, 0.0) for name in classes] for label in labels])
