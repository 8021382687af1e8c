"""Which texts the text steps may change: their synonyms, negations and grammar are English alone."""

from __future__ import annotations

import re

from recipes.corpus.corpus import Corpus, counted
from recipes.corpus.utterance import Utterance

_ENGLISH = {"", "en", "eng", "english"}


def in_english(utterance: Utterance) -> bool:
    """Whether a row's `language` is English (en, eng, English, en-GB …) or not given."""
    return re.split(r"[-_ ]", utterance.language.strip().casefold(), maxsplit=1)[0] in _ENGLISH


def other_languages(corpus: Corpus) -> list[str]:
    """A sentence on training texts that copies keep as they are; none where all are English."""
    foreign = [u for u in corpus.select("train", originals=True) if u.text.strip() and not in_english(u)]
    if not foreign:
        return []
    named = ", ".join(sorted({u.language for u in foreign})[:5])
    return [
        f"{counted(len(foreign))} in another language than English ({named}): copies keep their texts, "
        "since text steps know English alone."
    ]
