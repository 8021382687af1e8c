"""What a linear model reaches on the same features: a network that stays below it doesn't earn its keep."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from merhan.features.cache import FeatureCache, content_key

if TYPE_CHECKING:
    from merhan.features.featureset import FeatureSet

STRENGTHS = (1e-4, 1e-3, 1e-2, 1e-1, 1.0)  # C, the inverse of the L2 penalty
UNCHOSEN = 1e-2  # C where no dev row has the modality


@dataclass(frozen=True)
class LinearModel:
    """Unweighted average recall on dev and test (NaN without rows), and the C chosen on dev."""

    dev: float
    test: float
    strength: float


def yardstick(features: FeatureSet, cache: FeatureCache | None = None) -> dict[str, float | None]:
    """Test UAR of `audio`, `text` and `both`; None where there are no rows to train or test on."""
    models = linear_models(features, cache)
    return {
        name: None if model is None or np.isnan(model.test) else model.test for name, model in models.items()
    }


def linear_models(features: FeatureSet, cache: FeatureCache | None = None) -> dict[str, LinearModel | None]:
    """Class-weighted multinomial logistic regression on functionals, on the mean text vector, and on both.

    Trained on the originals of train alone, so that it is the same for every recipe on one corpus that leaves none of
    them out (undersampling does); columns are standardised over them. A modality that a row lacks stands at its mean.

    Parameters
    ----------
    features : rows of all splits. cache : the user's by default; figures are kept by the content of the rows.

    Returns
    -------
    A model by name (audio, text, both), None where fewer than two classes are there to train on, or where no
    row has the modality.
    """
    cache = FeatureCache.default() if cache is None else cache
    # By id, so that a corpus balanced by another recipe, which has the same originals, gives the same bits.
    order = np.array(sorted(np.flatnonzero(~features.copies), key=lambda row: features.ids[row]), np.int64)
    labels, splits = features.labels[order], np.array(features.splits, object)[order]
    audio = _Part(features.functionals[order], features.has_audio[order])
    text = _Part(features.text.mean[order], features.has_text[order])
    parts = {"audio": [audio], "text": [text], "both": [audio, text]}
    return {name: _kept(chosen, labels, splits, cache) for name, chosen in parts.items()}


def unweighted_average_recall(labels: np.ndarray, predicted: np.ndarray) -> float:
    """Mean recall of the classes that `labels` holds; NaN of none."""
    recalls = [(predicted[labels == name] == name).mean() for name in np.unique(labels)]
    return float(np.mean(recalls)) if recalls else float("nan")


@dataclass(frozen=True)
class _Part:
    """One modality: `values` (rows, columns), `present` bool (rows,)."""

    values: np.ndarray
    present: np.ndarray


def _kept(
    parts: list[_Part], labels: np.ndarray, splits: np.ndarray, cache: FeatureCache
) -> LinearModel | None:
    if not all(part.present[splits == "train"].any() for part in parts):
        return None
    total = hashlib.blake2b(digest_size=16)
    for array in (labels, *(array for part in parts for array in (part.values, part.present))):
        total.update(np.ascontiguousarray(array))
    key = content_key("yardstick", STRENGTHS, list(splits), total.hexdigest())
    found = cache.get(key)
    if found is None:
        model = _fit(parts, labels, splits)
        if model is None:
            return None
        found = {"model": np.array([model.dev, model.test, model.strength])}
        cache.put(key, found)
    return LinearModel(*map(float, found["model"]))


def _fit(parts: list[_Part], labels: np.ndarray, splits: np.ndarray) -> LinearModel | None:
    from sklearn.linear_model import LogisticRegression

    there = np.any([part.present for part in parts], axis=0)
    train, dev, test = (there & (splits == name) for name in ("train", "dev", "test"))
    if len(np.unique(labels[train])) < 2:
        return None
    x = np.concatenate([_standardised(part, train) for part in parts], axis=1)
    best = None
    for strength in STRENGTHS if dev.any() else (UNCHOSEN,):
        model = LogisticRegression(C=strength, class_weight="balanced", max_iter=2000)
        model.fit(x[train], labels[train])
        reached = unweighted_average_recall(labels[dev], model.predict(x[dev])) if dev.any() else float("nan")
        if best is None or reached > best.dev:  # ties stay with the smaller
            found = (
                unweighted_average_recall(labels[test], model.predict(x[test]))
                if test.any()
                else float("nan")
            )
            best = LinearModel(reached, found, strength)
    return best


def _standardised(part: _Part, train: np.ndarray) -> np.ndarray:
    known = part.values[train & part.present].astype(np.float64)
    deviation = known.std(axis=0)
    scaled = (part.values - known.mean(axis=0)) / np.where(deviation > 1e-9, deviation, 1.0)
    return np.where(part.present[:, None], scaled, 0.0)
