"""What a recipe would do to a corpus: how many copies of which utterance, and what they would take."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from augment.gates import Encoder
from balancer.distribution import count
from balancer.errors import BalanceError
from balancer.labels import read_labels
from recipes.balancing import Balancing
from recipes.confounded import Confounding, confounding
from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance
from recipes.errors import RecipeError
from recipes.readiness import check_ready, check_something_to_do
from recipes.schema import Recipe
from recipes.sounding import seconds_a_copy, seconds_and_bytes


@dataclass(frozen=True)
class Spent:
    """What a budget was spent on.

    kind, limit, used : "hours" or "utterances", how many there were, and how many the copies take.
    kept_back : utterances that a class, or cell, lacks for want of it.
    """

    kind: str
    limit: float
    used: float
    kept_back: Mapping[str, int]


@dataclass(frozen=True)
class Plan:
    """Copies of each training original, and what they amount to where none is refused.

    Attributes
    ----------
    rows : the training originals, in manifest order.
    copies : (rows,) int, of each.
    before, after : training utterances by class, names sorted; soft shares added.
    missed : utterances that a class would still lack, by class; with further axes by cell (`fear × KS0`).
    by_class, by_speaker : copies; a soft label counts as its largest share, "" is the nameless speaker.
    minutes : of sound in the copies.
    size : bytes that they take on disk, roughly.
    cells : rows before and after of what is evened out: classes, or with further axes `fear × KS0`.
    empty : cells without an original, so that nothing can be copied there.
    confounding : what the copies tie classes to.
    spent : of the recipe's budget; None where it has none.
    """

    rows: tuple[Utterance, ...]
    copies: np.ndarray
    before: Mapping[str, float]
    after: Mapping[str, float]
    missed: Mapping[str, int]
    by_class: Mapping[str, int]
    by_speaker: Mapping[str, int]
    minutes: float
    size: int
    cells: Mapping[str, tuple[float, float]]
    empty: tuple[str, ...]
    confounding: Confounding
    spent: Spent | None = None

    @property
    def total(self) -> int:
        """All copies."""
        return int(self.copies.sum())


def make_plan(
    corpus: Corpus,
    recipe: Recipe,
    seed: int = 0,
    losses: Mapping[str, float] | None = None,
    encoder: Encoder | None = None,
) -> Plan:
    """Plan the copies of a corpus's training originals.

    Parameters
    ----------
    corpus : with splits, without copies.
    losses : by id, of a model trained before; for ``spread: hardest``.
    encoder : texts to vectors, for ``similarity: encoder``.

    Raises
    ------
    CorpusError, RecipeError : as `check_ready` says; nothing to do for any row; `hardest` without losses.
    """
    check_ready(corpus, recipe, encoder)
    rows = corpus.select("train", originals=True).utterances
    labels = [row.label for row in rows]
    try:
        balancing = Balancing.of(rows, recipe.balance)
        copies, spent = _affordable(balancing, corpus, recipe, seed, losses)
    except BalanceError as error:
        raise RecipeError(f"recipe {recipe.name}: balance: {error}") from error
    check_something_to_do(recipe, [row for row, n in zip(rows, copies, strict=True) if n])
    by_class, by_speaker = _copies_by(rows, copies)
    after = balancing.counts(1 + copies)
    seconds, size = seconds_and_bytes(corpus, recipe, rows, copies)
    return Plan(
        rows=rows,
        copies=copies,
        before=count(labels),
        after=read_labels(labels).totals(1 + copies),
        missed=balancing.missed(copies),
        by_class=by_class,
        by_speaker=by_speaker,
        minutes=seconds / 60,
        size=size,
        cells={name: (n, after[name]) for name, n in balancing.counts().items()},
        empty=tuple(balancing.empty),
        confounding=confounding(rows, 1 + copies, recipe.balance.axes),
        spent=spent,
    )


def _affordable(
    balancing: Balancing, corpus: Corpus, recipe: Recipe, seed: int, losses: Mapping[str, float] | None
) -> tuple[np.ndarray, Spent | None]:
    """The copies that the budget allows, and what became of it."""
    copies = balancing.copies(seed, losses)
    if recipe.balance.budget is None:
        return copies, None
    ((kind, limit),) = recipe.balance.budget.items()
    costs = np.ones(len(copies))
    if kind == "hours":
        costs = seconds_a_copy(corpus, recipe, balancing.rows) / 3600
        if not costs.any():
            raise RecipeError(
                f"recipe {recipe.name}: balance.budget.hours: no training row has sound; give utterances."
            )
    bounded = balancing.copies(seed, losses, limit, costs)
    anyway, lacking = balancing.missed(copies), balancing.missed(bounded)
    kept_back = {name: n - anyway.get(name, 0) for name, n in lacking.items() if n > anyway.get(name, 0)}
    return bounded, Spent(kind, limit, float(bounded @ costs), kept_back)


def _copies_by(rows: Sequence[Utterance], copies: np.ndarray) -> tuple[dict[str, int], dict[str, int]]:
    by_class: dict[str, int] = defaultdict(int)
    by_speaker: dict[str, int] = defaultdict(int)
    for row, n in zip(rows, copies.tolist(), strict=True):
        by_class[row.hard_label] += n
        by_speaker[row.speaker] += n
    return dict(sorted(by_class.items())), dict(sorted(by_speaker.items()))
