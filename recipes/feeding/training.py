"""The stages of a recipe on rows that are made as they come up: order, features, counts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from torch.utils.data import Sampler

from augment.features import FeatureChain
from balancer.labels import hard
from recipes.chains import build_features
from recipes.feeding.order import order_of
from recipes.feeding.rows import AugmentedRows
from recipes.feeding.staged import Staged, SubsetSampler, balanced_subset
from recipes.schema import Recipe
from recipes.stages import Stage, stages_of
from recipes.train_settings import TrainSettings


@dataclass(frozen=True)
class RowStage:
    """What holds from one epoch on.

    settings : the `train` section as this stage has it. counts : (classes,) of the rows that it trains on, as its
    class weights count copies. learning_rate : where a schedule of its own begins, else None.
    """

    settings: TrainSettings
    sampler: Sampler[int]
    features: FeatureChain
    counts: np.ndarray
    learning_rate: float | None = None


def row_stages(
    rows: AugmentedRows, recipe: Recipe, *, epochs: int, batch_size: int, seed: int
) -> Staged[RowStage]:
    """The stages by first epoch; an epoch has the same length in all of them, that of the originals."""
    return Staged(
        {
            stage.first: _made(stage, rows, epochs=epochs, batch_size=batch_size, seed=seed)
            for stage in stages_of(recipe, epochs)
        }
    )


def _made(stage: Stage, rows: AugmentedRows, *, epochs: int, batch_size: int, seed: int) -> RowStage:
    train, behind = stage.recipe.train, rows.made.rows
    chosen = range(len(behind))
    if stage.subset is not None:
        labels = [hard(row.label) for row in behind]
        chosen = balanced_subset(labels, stage.subset, seed, rows.made.are_copies)
    sampler = order_of(
        train.sampler,
        [behind[place] for place in chosen],
        rows.originals,
        seed,
        corpus=rows.corpus,
        batch_size=batch_size,
        epochs=epochs,
    )
    counts = rows.counts(train.class_weights.copies_count, chosen)
    return RowStage(
        settings=train,
        sampler=sampler if stage.subset is None else SubsetSampler(sampler, chosen),
        features=build_features(stage.recipe, rows.classes, counts.tolist()),
        counts=counts,
        learning_rate=stage.learning_rate,
    )
