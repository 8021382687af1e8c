"""The stages of a recipe on rows that are made as they come up: order, features, counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor, nn
from torch.utils.data import Sampler

from augment.features import FeatureChain
from balancer import class_weights, make_loss
from balancer.distribution import hard, in_class_order
from balancer.losses.module import Loss
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


class StagedLoss(nn.Module):
    """The loss of each stage, with the weights that its rows give; `set_epoch` says which holds."""

    def __init__(self, stages: Staged[RowStage], classes: Sequence[str]):
        super().__init__()
        self.stages = Staged({first: _loss(stage, classes) for first, stage in stages.by_epoch.items()})
        self.set_epoch(0)

    def set_epoch(self, epoch: int) -> None:
        """Epoch from 0."""
        self.current = self.stages.at(epoch)
        self.current.set_epoch(epoch)

    def total_weight(self, *args: Any, **kwargs: Any) -> Tensor:
        """As `Loss.total_weight`."""
        return self.current.total_weight(*args, **kwargs)

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """As `Loss.forward`."""
        return self.current(*args, **kwargs)


def _loss(stage: RowStage, classes: Sequence[str]) -> Loss:
    settings = stage.settings
    weights = settings.class_weights
    # By name, so that they can be given and missed by name; then in the order of the logits.
    by_name = dict(zip(classes, stage.counts.tolist(), strict=True))
    found = dict(zip(in_class_order(by_name)[0], class_weights(by_name, **weights.options()), strict=True))
    return make_loss(
        settings.loss.name,
        counts=stage.counts.tolist(),
        weight=[found[name] for name in classes],
        drw_epoch=weights.drw_epoch,
        reduction="sum_and_weight",
        **settings.loss.options(),
    )
