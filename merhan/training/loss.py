"""The loss that a recipe's `train` section describes, weighted by the training rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from balancer import class_weights, make_loss
from balancer.distribution import count
from merhan.training.objective import HeadLosses
from recipes import Corpus
from recipes.schema import TrainSettings

if TYPE_CHECKING:
    from torch import nn

    from balancer.losses.module import Loss
    from recipes.train_settings import LossSettings


def training_counts(train: Corpus, classes: Sequence[str], copies_count: float) -> np.ndarray:
    """Originals + copies_count × copies of each class, in class order."""
    originals = count([u.label for u in train if not u.is_copy])
    copies = count([u.label for u in train if u.is_copy])
    return np.array([originals.get(name, 0.0) + copies_count * copies.get(name, 0.0) for name in classes])


def head_losses(
    train: Corpus, classes: Sequence[str], settings: TrainSettings, contrastive: nn.Module | None = None
) -> HeadLosses:
    """The recipe's loss of every head; weights and counts come from the training rows alone."""
    wanted = settings.class_weights
    counts = dict(zip(classes, training_counts(train, classes, wanted.copies_count), strict=True))
    weight = class_weights(counts, **wanted.options())

    def made(chosen: LossSettings) -> Loss:
        common = {"counts": counts, "weight": weight, "drw_epoch": wanted.drw_epoch}
        return make_loss(chosen.name, **common, reduction="sum_and_weight", **chosen.options())

    own = {head: made(chosen) for head, chosen in settings.head_losses if chosen is not None}
    coefficients = settings.auxiliary.model_dump()
    if settings.contrastive is not None:
        coefficients["contrastive"] = settings.contrastive.weight
    return HeadLosses(made(settings.loss), coefficients, own, contrastive)
