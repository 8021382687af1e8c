"""The corpus of a command that names none."""

from __future__ import annotations

import os
from pathlib import Path

from recipes.corpus.corpus import Corpus
from recipes.corpus.manifest import NAMES
from recipes.errors import CorpusError


def default_corpus() -> Corpus:
    """`MERHAN_BALANCE_CORPUS` where it is set, `./corpus` where it holds a manifest, else the demo corpus.

    The corpus's last note says which it is.

    Raises
    ------
    CorpusError : it can't be read; the message says so where the environment named it.
    """
    chosen = os.environ.get("MERHAN_BALANCE_CORPUS")
    if chosen:
        try:
            return Corpus.load(chosen).noting(f"Corpus: {chosen}, from MERHAN_BALANCE_CORPUS.")
        except CorpusError as error:
            raise CorpusError(f"MERHAN_BALANCE_CORPUS: {error}") from error
    here = Path("corpus")
    if any((here / name).is_file() for name in NAMES):
        return Corpus.load(here).noting("Corpus: ./corpus.")
    from recipes.corpus.demo import demo_corpus

    return demo_corpus().noting("Corpus: the built-in demo corpus, which is synthetic speech.")
