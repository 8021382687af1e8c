"""Where the items of a training come from, before they are encoded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from augment.chain import Sample
from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance


class Maker(Protocol):
    """Where items come from: `AugmentedDataset`, or rows as they are."""

    @property
    def rows(self) -> Sequence[Utterance]:
        """The row behind each item."""

    @property
    def are_copies(self) -> Sequence[bool]:
        """Of each item."""

    def __len__(self) -> int:
        """Items."""

    def at(self, index: int, epoch: int) -> tuple[Utterance, Sample]:
        """An item in an epoch."""

    def set_epoch(self, epoch: int) -> None:
        """Get ready for this epoch."""


class AsTheyAre:
    """Every row once, in every epoch the same."""

    def __init__(self, corpus: Corpus):
        self.corpus = corpus
        self.rows = corpus.utterances

    def __len__(self) -> int:
        return len(self.rows)

    @property
    def are_copies(self) -> list[bool]:
        """Of each row: a corpus may hold some."""
        return [row.is_copy for row in self.rows]

    def at(self, index: int, epoch: int) -> tuple[Utterance, Sample]:
        """A row and what it holds."""
        return self.rows[index], self.corpus.read(self.rows[index])

    def set_epoch(self, epoch: int) -> None:
        """Nothing is drawn."""
