"""Copies made to be looked at: the very ones that `materialise` would write, and nothing written."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from augment.chain import Sample
from augment.gates import Encoder
from recipes.chains import assign_voices, settings_for
from recipes.copying import Copier, Copy
from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance
from recipes.errors import CorpusError
from recipes.plan import Plan, make_plan
from recipes.pool import make_pool
from recipes.readiness import check_steps
from recipes.schema import Recipe
from recipes.suggest import did_you_mean

PROBES = 3  # copies that an estimate of the time is taken from


@dataclass(frozen=True)
class Preview:
    """An original, and its first copy or why there is none."""

    utterance: Utterance
    source: Sample
    copy: Copy


def previews(
    corpus: Corpus,
    recipe: Recipe,
    n: int = 5,
    ids: Sequence[str] = (),
    seed: int = 0,
    encoder: Encoder | None = None,
    losses: Mapping[str, float] | None = None,
) -> Iterator[Preview]:
    """The first copies of `n` utterances, classes in turn, smallest first; or of the utterances named.

    Raises
    ------
    CorpusError, RecipeError : as `make_plan`; an id that no training utterance has.
    """
    plan = make_plan(corpus, recipe, seed, losses, encoder)
    chosen = [_named(plan, key) for key in ids] or _dealt(plan, n)
    yield from _made(corpus, plan, recipe, seed, chosen, encoder)


def estimate_seconds(
    corpus: Corpus, recipe: Recipe, plan: Plan, seed: int = 0, encoder: Encoder | None = None
) -> float:
    """How long the plan takes in one process, from making a few of its copies now (and not writing them)."""
    chosen = _dealt(plan, PROBES + 1)
    if not chosen:
        return 0.0
    making = _made(corpus, plan, recipe, seed, chosen, encoder)
    next(making)  # compiles, loads tables
    start = time.perf_counter()
    made = sum(1 for _ in making)
    return plan.total * (time.perf_counter() - start) / max(made, 1)


def _dealt(plan: Plan, n: int) -> list[Utterance]:
    """Utterances that have copies, one of each class in turn, smallest class first."""
    by_class: dict[str, list[Utterance]] = {}
    for row, copies in zip(plan.rows, plan.copies.tolist(), strict=True):
        if copies:
            by_class.setdefault(row.hard_label, []).append(row)
    names = sorted(by_class, key=lambda name: (plan.before[name], name))
    longest = max(map(len, by_class.values()), default=0)
    dealt = [by_class[name][turn] for turn in range(longest) for name in names if turn < len(by_class[name])]
    return dealt[:n]


def _named(plan: Plan, key: str) -> Utterance:
    for row in plan.rows:
        if row.id == key:
            return row
    hint = did_you_mean(key, [row.id for row in plan.rows])
    raise CorpusError(f"No training utterance has the id {key!r}{hint}.")


def _made(
    corpus: Corpus,
    plan: Plan,
    recipe: Recipe,
    seed: int,
    chosen: Sequence[Utterance],
    encoder: Encoder | None,
) -> Iterator[Preview]:
    check_steps(recipe, chosen)
    copier = Copier(recipe, seed, encoder, make_pool(plan.used(corpus), recipe))
    for row in chosen:
        source = corpus.read(row)
        settings = settings_for(recipe, row.hard_label)
        voices = assign_voices(plan.rows, {row.id: 1}, settings.voices) if settings else {}
        yield Preview(row, source, copier(source, row, 1, voices.get((row.id, 1), "")))
