"""The training utterances that a recipe's steps may pair others with."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from recipes.chains import build_chains
from recipes.corpus.corpus import Corpus, counted
from recipes.corpus.utterance import Utterance
from recipes.errors import CorpusError
from recipes.schema import Recipe

if TYPE_CHECKING:
    from augment.chain import Sample
    from augment.pairs.pool import Pool

_NEEDED = ("audio", "text", "start", "end")


def make_pool(corpus: Corpus, recipe: Recipe) -> Pool | None:
    """The pool of a corpus's training originals; None where no step of the recipe takes other utterances.

    Rows of dev and test are never in it: what they sound like and say must not reach training. Copies are
    never in it either, so that a copy is made of originals alone.
    """
    if not any(build_chains(recipe, label).needs_pool for label in _labels(recipe)):
        return None
    return pool_of(corpus)


def pool_of(corpus: Corpus) -> Pool:
    """The pool of a corpus's training originals, whatever the recipe."""
    from augment.pairs.pool import Member, Pool

    rows = corpus.select("train", originals=True).utterances
    members = [
        Member(
            id=row.id,
            label=row.hard_label,
            speaker=row.speaker,
            language=row.language,
            audio=bool(row.audio),
            text=bool(row.text.strip()),
            duration=None if row.start is None or row.end is None else row.end - row.start,
        )
        for row in rows
    ]
    read = Reader(corpus, rows)
    return Pool(members, read, read.seconds)


def lonely(corpus: Corpus, recipe: Recipe) -> list[str]:
    """What is to be said of training rows that no other could be joined to; nothing where there are none."""
    by_group: dict[tuple[str, str, str], list[Utterance]] = {}
    for row in corpus.select("train", originals=True):
        by_group.setdefault((row.hard_label, row.speaker, row.language), []).append(row)
    chains = {label: build_chains(recipe, label) for label in {label for label, _, _ in by_group}}
    alone = [rows[0].id for (label, _, _), rows in by_group.items() if len(rows) == 1 and chains[label].pairs]
    if not alone:
        return []
    named = ", ".join(alone[:5]) + (" …" if len(alone) > 5 else "")
    return [
        f"{counted(len(alone))} with no other of their class and speaker to be joined to: {named}; copies of them "
        "have only what the other steps change."
    ]


class Reader:
    """Reads training rows by id; picklable, and some 200 bytes a row instead of the manifest's thousand.

    Parameters
    ----------
    corpus : where the audio lies; its rows are not kept.
    rows : to be read.
    """

    def __init__(self, corpus: Corpus, rows: Sequence[Utterance]):
        rows = sorted(rows, key=lambda row: row.id)
        packed = [json.dumps([getattr(row, name) for name in _NEEDED]).encode() for row in rows]
        self.corpus = corpus.replace(())
        self.ids = [row.id for row in rows]
        self.ends = np.cumsum([len(line) for line in packed], dtype=np.int64)
        self.packed = b"".join(packed)

    def __call__(self, name: str) -> Sample:
        """Decode a row.

        Raises
        ------
        PartnerError : its audio can't be read.
        """
        from augment.pairs.pool import PartnerError

        try:
            return self.corpus.read(self._row(name))
        except CorpusError as error:
            raise PartnerError(str(error)) from error

    def seconds(self, name: str) -> float:
        """How long a row lasts, by its file's header.

        Raises
        ------
        PartnerError : the file has none.
        """
        from augment.pairs.pool import PartnerError

        try:
            return self.corpus.seconds(self._row(name))
        except CorpusError as error:
            raise PartnerError(str(error)) from error

    def _row(self, name: str) -> Utterance:
        place = bisect_left(self.ids, name)
        first = int(self.ends[place - 1]) if place else 0
        values = json.loads(self.packed[first : int(self.ends[place])])
        return Utterance(id=name, label="", **dict(zip(_NEEDED, values, strict=True)))


def _labels(recipe: Recipe) -> list[str | None]:
    """Every label whose copies a recipe may make otherwise."""
    return [None, *(recipe.augment.per_class if recipe.augment else ())]
