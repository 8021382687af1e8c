"""Whether a corpus and a recipe go together, before anything is spent on them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from augment.containers import transforms_in
from augment.gates import Encoder
from augment.parameters import ParameterError, Unavailable
from recipes.chains import Chains, build_chains, build_gates, check_labels
from recipes.corpus.corpus import Corpus
from recipes.corpus.splits import make_splits
from recipes.corpus.utterance import Utterance
from recipes.errors import CorpusError, RecipeError
from recipes.languages import language_of, named
from recipes.schema import Recipe

if TYPE_CHECKING:
    from augment.chain import Chain


def with_splits(corpus: Corpus, split_by: str | None = None, split_seed: int = 0) -> Corpus:
    """The corpus as it is where it has splits, else split by `split_by`.

    Raises
    ------
    CorpusError : there are no splits and none were asked for, or the other way round.
    """
    has_splits = any(utterance.split for utterance in corpus)
    if has_splits and split_by:
        raise CorpusError(
            f"{corpus.manifest or 'The corpus'} has a split column already; leave --split-by out, or remove the column."
        )
    if has_splits:
        return corpus
    if not split_by:
        raise CorpusError(
            f"{corpus.manifest or 'The corpus'} has no split column, and copies made before the split would leak "
            "into dev and test; add one, or run with --split-by speaker."
        )
    return make_splits(corpus, split_seed, split_by)[0]


def check_ready(corpus: Corpus, recipe: Recipe, encoder: Encoder | None = None) -> None:
    """Refuse what can't be balanced; `encoder` is what `similarity: encoder` needs.

    Raises
    ------
    CorpusError : the corpus holds copies, no training rows, a class that is never trained on, or ids that
        the copies would take.
    RecipeError : the recipe makes no copies, names a class or evens out an axis that the corpus lacks, or has gates
        that can't be built here.
    """
    if recipe.balance is None:
        raise RecipeError(
            f"recipe {recipe.name} makes no copies: it has no balance section. Train with it as it is, or choose "
            "another recipe."
        )
    check_labels(recipe, corpus.labels)
    for label in (None, *(recipe.augment.per_class if recipe.augment else ())):
        try:
            build_gates(recipe, label, encoder)
        except ParameterError as error:
            raise RecipeError(f"recipe {recipe.name}: augment.gates.{error}.") from error
    copy = next((utterance for utterance in corpus if utterance.is_copy), None)
    if copy is not None:
        raise CorpusError(
            f"{corpus.where(copy)} is a copy already; augment the corpus that it was made from, or remove the rows "
            "that have a source_id."
        )
    train = corpus.select("train")
    if not len(train):
        raise CorpusError(
            f"{corpus.manifest or 'The corpus'} has no training rows; give some the split train."
        )
    for axis in recipe.balance.axes:
        if not any(getattr(utterance, axis) for utterance in train):
            raise RecipeError(
                f"recipe {recipe.name}: balance.axes: no training row has a {axis} to be evened out; leave {axis} out, or "
                f"name its column with --columns {axis}=YOURS."
            )
    for split in ("dev", "test"):
        unknown = sorted({u.hard_label for u in corpus.select(split)} - set(train.labels))
        if unknown:
            raise CorpusError(
                f"Class {unknown[0]!r} has rows in {split} and none in train, so that it can't be learnt; add "
                f"training rows, or remove it from {split}."
            )
    taken = {u.id for u in train}
    for utterance in corpus:
        named = re.fullmatch(r"(.+)~[1-9]\d*", utterance.id, re.DOTALL)
        if named and named[1] in taken:
            raise CorpusError(
                f"{corpus.where(utterance)}: a copy of {named[1]!r} would be called that; rename the row."
            )


def able(chains: Chains, utterance: Utterance) -> set[str]:
    """The modalities in which a copy of this utterance can differ from it."""
    has = {"audio": bool(utterance.audio), "text": bool(utterance.text.strip())}
    if not chains.pairs:  # words are joined in any language, and edited in one
        has["text"] &= chains.text_in(language_of(utterance, chains.languages)) is not None
    return {name for name in chains.changed if has[name]}


def check_something_to_do(recipe: Recipe, rows: Sequence[Utterance]) -> None:
    """Refuse a recipe that changes nothing in any of the rows that it is to copy.

    Raises
    ------
    RecipeError : says what the recipe changes and the rows lack.
    """
    chains = {label: build_chains(recipe, label) for label in {row.hard_label for row in rows}}
    if not rows or any(
        able(chains[row.hard_label], row) or not chains[row.hard_label].changed for row in rows
    ):
        return
    changes = " and ".join(sorted({name for chain in chains.values() for name in chain.changed}))
    known = {language for chain in chains.values() for language in chain.languages}
    spoken = f" in {named(known)}" if known and any(row.text.strip() for row in rows) else ""
    raise RecipeError(
        f"recipe {recipe.name} has nothing to do for any row of this corpus: it changes {changes}, which no row that "
        f"it would copy has{spoken}."
    )


def check_steps(recipe: Recipe, rows: Sequence[Utterance]) -> None:
    """Make sure that what the steps need for `rows` (models, tables, packages, recordings) is here.

    Raises
    ------
    Unavailable : it is not; names the step, and says how to get it.
    """
    chains = cache(lambda label: build_chains(recipe, label))
    spoken = {row.hard_label for row in rows if row.audio}
    written = {
        (row.hard_label, language_of(row, chains(row.hard_label).languages))
        for row in rows
        if row.text.strip()
    }
    for label in sorted(spoken):
        _check_ready("audio", chains(label).audio)
    for label, language in sorted(written, key=str):
        _check_ready("text", chains(label).text_in(language))


def _check_ready(section: str, chain: Chain | None) -> None:
    for step in transforms_in(chain.steps if chain else ()):
        try:
            step.ready()
        except Unavailable as error:
            raise Unavailable(f"augment.{section}.{step.name}.{error.parameter}", error.message) from error
