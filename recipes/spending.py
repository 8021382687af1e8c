"""From a recipe's budget and undersampling to copies, and rows that are left out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from augment.randomness import generator
from balancer.undersampling import undersample
from recipes.balancing import Balancing
from recipes.corpus.corpus import Corpus
from recipes.errors import RecipeError
from recipes.redundancy import vectors_of
from recipes.schema import Recipe
from recipes.sounding import seconds_a_copy


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
class Decided:
    """Copies (rows,), which rows are used at all (rows,) bool, and what became of the budget."""

    copies: np.ndarray
    uses: np.ndarray
    spent: Spent | None


def decide(
    balancing: Balancing,
    corpus: Corpus,
    recipe: Recipe,
    seed: int = 0,
    losses: Mapping[str, float] | None = None,
) -> Decided:
    """Copies first, as far as the budget goes; then what is more than `imbalance_ratio` times the smallest goes."""
    costs = _costs(balancing, corpus, recipe)
    uses = np.ones(len(balancing.rows), dtype=bool)
    copies, spent = _within_budget(balancing, costs, seed, losses)
    cut = recipe.balance.undersample
    if cut is None:
        return Decided(copies, uses, spent)
    ceiling = balancing.ceiling(copies)
    copies, spent = _within_budget(balancing, costs, seed, losses, ceiling)
    too_many = {name: ceiling for name, n in balancing.cells.totals().items() if n > ceiling}
    if too_many:
        uses = undersample(
            balancing.cells,
            too_many,
            groups=[row.speaker for row in balancing.rows],
            vectors=_vectors(balancing, corpus, too_many) if cut.by == "redundancy" else None,
            rng=generator(seed, "undersample", stream="plan"),
        )
    return Decided(copies, uses, spent)


def _costs(balancing: Balancing, corpus: Corpus, recipe: Recipe) -> np.ndarray:
    """Of a copy of each row, in the unit of the budget."""
    if "hours" not in (recipe.balance.budget or {}):
        return np.ones(len(balancing.rows))
    costs = seconds_a_copy(corpus, recipe, balancing.rows) / 3600
    if not costs.any():
        raise RecipeError(
            f"recipe {recipe.name}: balance.budget.hours: no training row has sound; give utterances."
        )
    return costs


def _within_budget(
    balancing: Balancing,
    costs: np.ndarray,
    seed: int,
    losses: Mapping[str, float] | None,
    ceiling: float | None = None,
) -> tuple[np.ndarray, Spent | None]:
    copies = balancing.copies(seed, losses, ceiling)
    budget = balancing.settings.budget
    if budget is None:
        return copies, None
    ((kind, limit),) = budget.items()
    bounded = balancing.copies(seed, losses, ceiling, limit, costs)
    anyway, lacking = balancing.missed(copies), balancing.missed(bounded)
    kept_back = {name: n - anyway.get(name, 0) for name, n in lacking.items() if n > anyway.get(name, 0)}
    return bounded, Spent(kind, limit, float(bounded @ costs), kept_back)


def _vectors(balancing: Balancing, corpus: Corpus, too_many: Mapping[object, float]) -> np.ndarray:
    """Of the rows among which some are left out; others are never looked at."""
    cut = [balancing.cells.names.index(name) for name in too_many]
    places = np.flatnonzero(np.isin(balancing.cells.index, cut))
    found = vectors_of(corpus, [balancing.rows[place] for place in places])
    vectors = np.zeros((len(balancing.rows), found.shape[1]), dtype=np.float32)
    vectors[places] = found
    return vectors
