"""The corpus a recipe trains on: made once, kept in the cache."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from merhan.errors import MerhanError
from recipes import Corpus
from recipes.cache import cache_folder
from recipes.plan_table import read_plan
from recipes.schema import Recipe


def balanced_corpus(
    corpus: Corpus,
    recipe: Recipe,
    seed: int,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
    skip_broken: bool = False,
    losses: Mapping[str, float] | None = None,
    plan: str | Path | None = None,
) -> Corpus:
    """`corpus` with the recipe's copies; itself where it is balanced already or the recipe asks for none.

    Kept by corpus content, `balance`, `augment`, seed and what else the copies depend on, so that recipes that
    differ in `train` share them.

    Parameters
    ----------
    losses : by id, for ``spread: hardest``.
    plan : to be replayed, see `recipes.make_plan`.

    Raises
    ------
    MerhanError : losses or a plan are given, and no copies are to be made.
    """
    if any(u.is_copy for u in corpus) or recipe.balance is None:
        check_copies(corpus, recipe, losses is not None or plan is not None)
        return corpus
    table = None if plan is None else read_plan(plan)
    more = {} if losses is None else {"losses": losses}
    more |= {} if table is None else {"plan": table.content()}
    folder = balanced_folder(corpus, recipe, seed, more)
    from merhan.features.similarity import similarity_encoder
    from recipes.materialise import materialise

    done = materialise(
        corpus,
        recipe,
        folder,
        seed=seed,
        workers=workers,
        progress=progress,
        skip_broken=skip_broken,
        encoder=similarity_encoder(recipe),
        losses=losses,
        plan=table,
    )
    return done.corpus


def check_copies(corpus: Corpus, recipe: Recipe, planned: bool) -> None:
    """Refuse a plan, or losses to plan by, where no copies are to be made.

    Raises
    ------
    MerhanError : says why there are none.
    """
    if planned and (recipe.balance is None or any(u.is_copy for u in corpus)):
        what = "the corpus holds copies already" if recipe.balance else f"{recipe.name} makes no copies"
        raise MerhanError(f"{what}: leave --plan and --losses out.")


def balanced_folder(corpus: Corpus, recipe: Recipe, seed: int, more: Mapping[str, Any] | None = None) -> Path:
    """Where in the cache these copies lie; `more` is what else they depend on."""
    resolved = recipe.dump()
    job = {
        "corpus": corpus.fingerprint(),
        "folder": str(corpus.folder.resolve()),  # originals are referenced by their place
        "balance": resolved.get("balance"),
        "augment": resolved.get("augment"),
        "seed": seed,
        **(more or {}),
    }
    key = hashlib.blake2b(json.dumps(job, sort_keys=True).encode(), digest_size=8).hexdigest()
    return cache_folder() / "balanced" / f"{recipe.name}-{key}"
