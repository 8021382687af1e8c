"""What both sides of an audit, sound and words, measure with."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from merhan.evaluation.audit.folds import others, sample
from merhan.evaluation.audit.kept import by_class, kept_of, moved, moves
from merhan.evaluation.audit.results import Measured, Reference, StepAudit

if TYPE_CHECKING:
    from merhan.evaluation.audit.judge import Judge
    from merhan.evaluation.audit.steps import Step
    from merhan.features.cache import FeatureCache
    from merhan.features.extract import Progress
    from merhan.features.settings import FeatureSettings
    from recipes.corpus import Corpus
    from recipes.schema import Recipe


@dataclass(frozen=True)
class Bench:
    """The task: arguments as of `audit`; corpus : training originals; fold : (rows,) in which each is held out."""

    corpus: Corpus
    recipe: Recipe
    settings: FeatureSettings
    fold: np.ndarray
    keep: float
    copies: int
    seed: int
    workers: int
    progress: Progress | None
    cache: FeatureCache

    def sample(self, judge: Judge, fit: np.ndarray | None = None) -> np.ndarray:
        """Positions of the originals that are copied: those that the judge takes for their label.

        A copy of one that it mistakes could not show that an emotion was lost. `fit` bool (rows,) leaves out more.
        """
        right = judge.present & (judge.decisions == judge.labels)
        there = np.flatnonzero(right if fit is None else right & fit)
        rows = list(self.corpus)
        return there[sample([rows[at] for at in there], self.copies)]

    def chosen(self, step: Step, copied: np.ndarray) -> np.ndarray:
        """Those of the copied that the step works on: its class's, or all."""
        labels = np.array([row.hard_label for row in self.corpus], object)
        return copied if step.label is None else copied[labels[copied] == step.label]

    def measure(
        self, judge: Judge, rows: np.ndarray, vectors: np.ndarray, changes: np.ndarray | None = None
    ) -> Measured:
        """Decide on copies and count what became of them; arguments as of `Judge.decide`.

        Copies whose vector is not finite do not count: no sound was left, or no word could be changed.
        """
        counts = np.isfinite(vectors).all(axis=1)
        rows, vectors, changes = rows[counts], vectors[counts], None if changes is None else changes[counts]
        before, labels, speakers = judge.decisions[rows], judge.labels[rows], judge.speakers[rows]
        after = judge.decide(rows, vectors, changes)
        same = before == after
        whole = kept_of(same, speakers)
        classes = by_class(same, speakers, labels, self.corpus.labels)
        return Measured(
            whole=whole,
            classes=classes,
            moves=tuple(moves(before, after)),
            moved=moved(whole, classes, self.keep),
            learnt=judge.learnt(rows, vectors, changes),
        )

    def reference(self, judge: Judge, copied: np.ndarray) -> Reference:
        """What the classifier is worth, and how it decides where a speaker says it again."""
        rows = list(self.corpus)
        there = np.flatnonzero(judge.present)
        places = {at: place for place, at in enumerate(there.tolist())}
        chosen = np.array([places[at] for at in copied.tolist()], int)
        again = others([rows[at] for at in there], chosen)
        pairs = again >= 0
        one, other = copied[pairs], there[again[pairs]]
        same = judge.decisions[one] == judge.decisions[other]
        return Reference(
            *judge.recall(), judge.chance, len(copied), kept_of(same, judge.speakers[one].astype(str))
        )


@dataclass(frozen=True)
class Side:
    """What was found for one modality: steps by key, copies as the recipe makes them."""

    reference: Reference | None = None
    steps: Mapping[str, StepAudit] = field(default_factory=dict)
    whole: Measured | None = None
    notes: tuple[str, ...] = ()


def weak(reference: Reference, modality: str) -> str:
    """Why decisions on this modality may not count; "" where they may."""
    if reference.trusted:
        return ""
    what = {"audio": "sounds", "text": "words"}[modality]
    return f"{what} alone hardly tell emotions here (UAR {reference.uar:.2f}, chance {reference.chance:.2f})"
