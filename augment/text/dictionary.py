"""lemminflect's dictionary of English words and their lemmas (Jascob 2020, from the NIH's SPECIALIST lexicon)."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import chain


def lemmas(form: str) -> dict[str, tuple[str, ...]]:
    """Lemmas of `form` (lower case) by part of speech, lower case: {"NOUN": ("saw",), "VERB": ("see", "saw")}.

    {} where the dictionary does not have it. The same as `lemminflect.getAllLemmas`, which copies its answer
    deep, and so takes longer than all else that is done for a word seen for the first time.
    """
    found = {part: words for known in _dictionaries() for part, words in known.get(form, {}).items()}
    return {part: tuple(map(str.lower, words)) for part, words in found.items()}


def every_form() -> Iterator[tuple[str, dict[str, tuple[str, ...]]]]:
    """Every form that the dictionary has, with its lemmas by part of speech."""
    return chain.from_iterable(known.items() for known in _dictionaries())


@lru_cache(maxsize=1)
def _dictionaries() -> tuple[dict, dict]:
    """The dictionary, and what corrects it."""
    from lemminflect import Lemmatizer

    lemmatizer = Lemmatizer()
    return lemmatizer._getLemmaDict(), lemmatizer._getOverridesDict()
