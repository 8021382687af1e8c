"""The stages of a recipe on rows that are made as they come up: order, features, counts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from torch import Tensor, nn
from torch.utils.data import Sampler

from augment.features import FeatureChain
from balancer.distribution import hard
from balancer.losses import find_loss
from balancer.plugin import Balance
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
    class weights count copies. is_subset : whether those are not all.
    """

    settings: TrainSettings
    sampler: Sampler[int]
    features: FeatureChain
    counts: np.ndarray
    is_subset: bool = False


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
        is_subset=stage.subset is not None,
    )


class StagedLoss(nn.Module):
    """The loss of each stage, with the weights that its rows give; `set_epoch` says which holds.

    head : as which of MER-HAN's heads' the loss is chosen. label_smoothing : of a loss that has none of its own.
    """

    def __init__(
        self,
        stages: Staged[RowStage],
        classes: Sequence[str],
        head: str = "joint",
        label_smoothing: float = 0.0,
    ):
        super().__init__()
        losses = {
            first: balance_of(stage.settings, head, label_smoothing).criterion(
                dict(zip(classes, stage.counts.tolist(), strict=True))
            )
            for first, stage in stages.by_epoch.items()
        }
        self.stages = Staged(losses)
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


def balance_of(train: TrainSettings, head: str = "joint", label_smoothing: float = 0.0) -> Balance:
    """What a recipe's `train` section says about weights and loss, as any trainer can be given it."""
    weights = train.class_weights
    loss = getattr(train.head_losses, head) or train.loss
    options = loss.options()
    deferred = weights.method != "none" or find_loss(loss.name).weigh is not None
    return Balance(
        class_weights=weights.options(),
        loss={"name": loss.name, **options, "label_smoothing": options["label_smoothing"] or label_smoothing},
        drw_epoch=weights.drw_epoch if deferred else None,
        copies_count=weights.copies_count,
    )
