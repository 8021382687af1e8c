"""The corpus a recipe trains on: made once, kept in the cache."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

from recipes import Corpus
from recipes.cache import cache_folder
from recipes.schema import Recipe


def balanced_corpus(
    corpus: Corpus,
    recipe: Recipe,
    seed: int,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
    skip_broken: bool = False,
) -> Corpus:
    """`corpus` with the recipe's copies; itself where it is balanced already or the recipe asks for none.

    Kept by corpus content, `balance`, `augment` and seed, so that recipes that differ in `train` share copies.
    """
    if any(u.is_copy for u in corpus) or recipe.balance is None:
        return corpus
    folder = balanced_folder(corpus, recipe, seed)
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
    )
    return done.corpus


def balanced_folder(corpus: Corpus, recipe: Recipe, seed: int) -> Path:
    """Where in the cache these copies lie."""
    resolved = recipe.dump()
    job = {
        "corpus": corpus.fingerprint(),
        "folder": str(corpus.folder.resolve()),  # originals are referenced by their place
        "balance": resolved.get("balance"),
        "augment": resolved.get("augment"),
        "seed": seed,
    }
    key = hashlib.blake2b(json.dumps(job, sort_keys=True).encode(), digest_size=8).hexdigest()
    return cache_folder() / "balanced" / f"{recipe.name}-{key}"
