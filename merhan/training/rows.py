"""Training rows as a torch dataset, and the batches that they make."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import torch
from torch.utils.data import Dataset

from augment.features import FeatureChain, batch_generator
from recipes.feeding.staged import Staged

if TYPE_CHECKING:
    from merhan.features.featureset import FeatureSet


class Rows(Dataset):
    """Row numbers of a FeatureSet; its `collate` makes them a batch, padded no further than that batch needs."""

    def __init__(self, features: FeatureSet):
        self.features = features

    def __len__(self) -> int:
        return len(self.features)

    def __getitem__(self, row: int) -> tuple[FeatureSet, int]:
        return self.features, row


def collate_rows(rows: list[tuple[FeatureSet | TrainingRows, int]]) -> dict[str, torch.Tensor]:
    """The batch of some rows of one set, whichever split it is; of training rows, transformed."""
    return rows[0][0].collate([row for _, row in rows])


class TrainingRows(Rows):
    """Rows of the training set, whose batches go through a recipe's `augment.features`.

    What is drawn for a batch is a function of the seed, the epoch and the rows in it: the same after a resumption.

    chain : what is done in every epoch, or by the first epoch in which it is.
    """

    def __init__(self, features: FeatureSet, chain: FeatureChain | Mapping[int, FeatureChain], seed: int):
        super().__init__(features)
        self.chains = Staged(chain if isinstance(chain, Mapping) else {0: chain})
        self.seed, self.epoch = seed, 0

    def set_epoch(self, epoch: int) -> None:
        """Called by the Trainer before each epoch."""
        self.epoch = epoch

    def __getitem__(self, row: int) -> tuple[TrainingRows, int]:
        return self, row

    def collate(self, rows: list[int]) -> dict[str, torch.Tensor]:
        """The batch of these rows, transformed."""
        batch, chain = self.features.collate(rows), self.chains.at(self.epoch)
        return chain(batch, batch_generator(self.seed, rows, self.epoch)) if chain else batch
