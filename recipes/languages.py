"""Which texts the text steps may change: a step knows one language, English unless it says another."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from augment.text.languages import ENGLISH, LANGUAGES, known_code
from recipes.corpus.corpus import Corpus, counted
from recipes.corpus.utterance import Utterance

_FEWEST = 50  # words that a guess is made from
_ENGLISH_FROM = 0.2  # share of function words: 0.53 in MELD, 0.07 in the German of EmoDB


def language_of(utterance: Utterance, known: Collection[str] = (ENGLISH,)) -> str | None:
    """The two-letter code of a row's `language` (pl, pol, Polish, pl-PL …), None where it is not known here.

    A row that has none is in the one language that the text steps know (`known`); in English where they know several.
    """
    if utterance.language.strip():
        return known_code(utterance.language)
    return next(iter(known)) if len(known) == 1 else ENGLISH


def named(codes: Collection[str]) -> str:
    """English names of languages, for messages: "English or Polish"."""
    return " or ".join(sorted(LANGUAGES[code][1] for code in codes))


def other_languages(corpus: Corpus, known: Collection[str] = (ENGLISH,)) -> list[str]:
    """What is to be said of training texts in a language that no text step knows; nothing where there are none."""
    texts = [u for u in corpus.select("train", originals=True) if u.text.strip()]
    foreign = [u for u in texts if language_of(u, known) not in known]
    notes = []
    if foreign:
        theirs = ", ".join(sorted({u.language for u in foreign})[:5])
        notes.append(
            f"{counted(len(foreign))} in another language than {named(known)} ({theirs}): copies keep their texts, "
            f"since this recipe's text steps know {named(known)} alone."
        )
    share = _function_words([u.text for u in texts if not u.language])
    if share < _ENGLISH_FROM and set(known) == {ENGLISH}:
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
