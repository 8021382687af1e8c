"""Which texts the text steps may change: their synonyms, negations and grammar are English alone."""

from __future__ import annotations

import re
from collections.abc import Sequence

from recipes.corpus.corpus import Corpus, counted
from recipes.corpus.utterance import Utterance

_ENGLISH = {"", "en", "eng", "english"}
_FEWEST = 50  # words that a guess is made from
_ENGLISH_FROM = 0.2  # share of function words: 0.53 in MELD, 0.07 in the German of EmoDB


def in_english(utterance: Utterance) -> bool:
    """Whether a row's `language` is English (en, eng, English, en-GB …) or not given."""
    return re.split(r"[-_ ]", utterance.language.strip().casefold(), maxsplit=1)[0] in _ENGLISH


def other_languages(corpus: Corpus) -> list[str]:
    """What is to be said of training texts that are not, or do not look, English; nothing where all are."""
    texts = [u for u in corpus.select("train", originals=True) if u.text.strip()]
    foreign = [u for u in texts if not in_english(u)]
    notes = []
    if foreign:
        named = ", ".join(sorted({u.language for u in foreign})[:5])
        notes.append(
            f"{counted(len(foreign))} in another language than English ({named}): copies keep their texts, "
            "since text steps know English alone."
        )
    share = _function_words([u.text for u in texts if not u.language])
    if share < _ENGLISH_FROM:
        notes.append(
            f"The texts do not look English ({share:.0%} of their words are English function words), and text "
            "steps know English alone: give the rows a language, or run with --set augment.modalities=audio."
        )
    return notes


def _function_words(texts: Sequence[str]) -> float:
    """Share of all words; 1 where there are too few to tell."""
    from augment.text.wordlists import FUNCTION_WORDS

    words = [word.lower() for text in texts for word in re.findall(r"[\w'’]+", text)]
    if len(words) < _FEWEST:
        return 1.0
    return sum(word in FUNCTION_WORDS for word in words) / len(words)
