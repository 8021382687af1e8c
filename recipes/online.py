"""Copies drawn anew in every epoch, instead of written once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from shutil import rmtree
from tempfile import mkdtemp
from typing import Any
from weakref import finalize

from torch.utils.data import Dataset

from augment.chain import Sample
from augment.gates import Encoder
from augment.text.models.answers import Answers, use
from balancer.labels import Label
from recipes.cache import cache_folder
from recipes.chains import ranks, settings_for, voice_of
from recipes.copying import Copier
from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance
from recipes.library import load_recipe
from recipes.naming import copy_id
from recipes.plan import make_plan
from recipes.plan_table import PlanTable
from recipes.pool import make_pool
from recipes.readiness import check_steps
from recipes.rehearsal import asks_models, rehearse
from recipes.schema import Recipe


class AugmentedDataset(Dataset):
    """A corpus's training originals that the plan uses, each followed by its planned copies: `(utterance, sample)` pairs.

    The plan and the voices are those of `materialise` with the same seed. In epoch e, copy k takes the
    voice after that of epoch e - 1, and all that is drawn for each utterance is drawn anew; epoch 0 is
    what `materialise` writes, but for copies that it refuses: here the unchanged original stands in.

    Parameters
    ----------
    corpus : with splits, without copies.
    recipe : a Recipe, or what `load_recipe` takes.
    seed : of copies and voices.
    losses : by id, for ``spread: hardest``.
    plan : to be replayed, see `make_plan`.
    encoder : texts to vectors, for ``similarity: encoder``; picklable where there are loader workers.

    Raises
    ------
    CorpusError, RecipeError : as `make_plan`; a CorpusError where audio can't be read.
    """

    def __init__(
        self,
        corpus: Corpus,
        recipe: Recipe | str | Mapping[str, Any],
        seed: int = 0,
        losses: Mapping[str, float] | None = None,
        encoder: Encoder | None = None,
        plan: PlanTable | str | Path | None = None,
    ):
        self.corpus, self.recipe, self.seed, self.epoch = corpus, load_recipe(recipe), seed, 0
        self.encoder = encoder
        self.plan = make_plan(corpus, self.recipe, seed, losses, encoder, plan)
        self._rank = ranks(self.plan.rows)
        self._pool = make_pool(self.plan.used(corpus), self.recipe)
        self._items = [
            (row, k)
            for row, times in zip(self.plan.rows, self.plan.times.tolist(), strict=True)
            for k in range(times)
        ]
        self._copier: Copier | None = None
        check_steps(self.recipe, self.plan.rows)
        self._answers = self._place_for_answers()
        self._ask_models()

    def set_epoch(self, epoch: int) -> None:
        """Draw as in this epoch from now on; persistent loader workers never hear of it, see `at`."""
        if epoch != self.epoch:
            self.epoch = epoch
            self._ask_models()

    def __len__(self) -> int:
        return len(self._items)

    def __getitem__(self, index: int) -> tuple[Utterance, Sample]:
        return self.at(index, self.epoch)

    def at(self, index: int, epoch: int) -> tuple[Utterance, Sample]:
        """An item as it is in an epoch, whatever epoch is set: for samplers that hand out both."""
        row, k = self._items[index]
        source = self.corpus.read(row)
        if k == 0:
            return row, source
        use(self._answers)
        self._copier = self._copier or self._new_copier()
        made = self._copier(source, row, k, self._voice(row, k, epoch), epoch=epoch)
        key = copy_id(row.id, k)
        sample = replace(made.sample or source, id=key)
        changes = {} if made.sample is None else {"text": sample.text or row.text, "voice": made.voice}
        return replace(
            row, id=key, source_id=row.id, copy=k, transforms=list(made.transforms), line=None, **changes
        ), sample

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_copier": None}  # chains are built where they are used

    def _new_copier(self) -> Copier:
        return Copier(self.recipe, self.seed, self.encoder, self._pool)

    def _place_for_answers(self) -> Answers | None:
        """A file that loader workers read, for as long as this dataset lives; None where no model is asked."""
        copier = self._new_copier()
        if not any(asks_models(copier.chains(label)) for label in {row.hard_label for row in self.plan.rows}):
            return None
        folder = mkdtemp(prefix="answers-", dir=cache_folder())
        finalize(self, rmtree, folder, ignore_errors=True)
        return Answers(Path(folder) / "answers.sqlite")

    def _ask_models(self) -> None:
        """Ask the language models of the text steps beforehand, for all copies of this epoch together."""
        if self._answers is not None:
            copies = [(row, k) for row, k in self._items if k]
            rehearse(self._new_copier(), copies, self._answers, self.epoch)

    @property
    def rows(self) -> list[Utterance]:
        """The rows behind the items, unread: what samplers and weights go by."""
        return [row for row, _ in self._items]

    @property
    def labels(self) -> list[Label]:
        """Of each item, unread, as `balancer.labels_of` finds them."""
        return [row.label for row in self.rows]

    @property
    def are_copies(self) -> list[bool]:
        """Of each item."""
        return [k > 0 for _, k in self._items]

    def _voice(self, row: Utterance, k: int, epoch: int) -> str:
        settings = settings_for(self.recipe, row.hard_label)
        if settings is None or not row.audio:
            return ""
        return voice_of(row.speaker, self._rank[row.id], k, settings.voices, epoch)
