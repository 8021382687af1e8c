"""Which words must survive: changing one of them may change the emotion, the facts or who is meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from augment.parameters import ParameterError
from augment.text.wordlists import NEGATIONS, NUMBER_WORDS

DEFAULT_PROTECT = ("negation", "number", "url", "mention", "emoji", "name", "emotion")

# VADER's ten raters judged each word from -4 to 4. From a mean of 1 on, four in five raters agree whether
# the word is good or bad (79 % at 1.0 to 1.25, 97 % at 2); below, hardly more than half do (66 %, 53 %).
EMOTIONAL_FROM = 1.0

# Interjections carry the emotion of a line and are missing from VADER; elongated ones ("aaaw") are squeezed first.
INTERJECTIONS = re.compile(
    r"(?:oh|o+h+|a+h+|a+w+|uh+|um+|u+gh+|e+w+|h?m+|huh|hey|hee|hurray|hooray|hurrah|ya+y|ye+a+h?|yep|yup|yes|yikes|"
    r"wo+w|who+a|woah|oops|whoops|ouch|ow+|phew|boo+|bo+hoo|duh|gosh|gee+z*|jee+z|god|omg|wtf|lol|lmao|rofl|damn|darn|"
    r"okay|dear|alas|yuck|yum|eek|a*(?:ha)+h?|(?:he)+h|(?:he){2,}|please|sorry|wee+|woo+|woohoo|mhm|hush|shh+|psst|tsk|"
    r"sigh(?:s|ing|ed)?|sob(?:s|bing|bed)?|gasp(?:s|ing|ed)?|sniff(?:s|les?|ling)?|chuckl(?:e|es|ing|ed)|"
    r"giggl(?:e|es|ing|ed)|groan(?:s|ing|ed)?|moan(?:s|ing|ed)?|yell(?:s|ing|ed)?|shout(?:s|ing|ed)?|laughter)"
)


def protected_words(
    text: str,
    protect: Sequence[str] = DEFAULT_PROTECT,
    phrases: Sequence[str] = (),
    language: str = "en",
) -> list[str]:
    """The protected words of `text` in their order, case folded: a copy must still have them all.

    Raises
    ------
    ParameterError : for a kind that is not one of `DEFAULT_PROTECT`.
    """
    from augment.text.tokens import tokenise  # which itself asks this module

    return [
        word.text.casefold() for word in tokenise(text, protect, phrases, language).words if word.protected
    ]


def check_protect(protect: Sequence[str]) -> frozenset[str]:
    """The kinds as a set, or ParameterError that names the allowed ones."""
    kinds = (protect,) if isinstance(protect, str) else tuple(protect)
    return _checked(kinds)


def word_kinds(word: str) -> tuple[str, ...]:
    """Which of negation, number and emotion a word is, by the word alone: "never" -> ("negation",)."""
    return _kinds_of(word.lower())


def valence(word: str) -> float:
    """VADER's mean rating of `word` (lower case), -4 to 4; 0.0 where it has none.  Hutto & Gilbert 2014."""
    return _valences().get(word, 0.0)


def squeezed(word: str) -> tuple[str, ...]:
    """Spellings that an elongated word may stand for: "sooo" -> ("soo", "so"); () where nothing is elongated."""
    if not _ELONGATED.search(word):
        return ()
    return (_ELONGATED.sub(r"\1\1", word), _ELONGATED.sub(r"\1", word))


_ELONGATED = re.compile(r"(.)\1{2,}")


@lru_cache(maxsize=64)
def _checked(kinds: tuple[str, ...]) -> frozenset[str]:
    for kind in kinds:
        if kind not in DEFAULT_PROTECT:
            raise ParameterError("protect", f"{kind!r} is not one of {', '.join(DEFAULT_PROTECT)}")
    return frozenset(kinds)


@lru_cache(maxsize=65536)
def _kinds_of(word: str) -> tuple[str, ...]:
    if (
        word.isalpha()
        and word not in _listed()
        and not _ELONGATED.search(word)
        and not INTERJECTIONS.fullmatch(word)
    ):
        return ()  # most words: an answer without the tests
    word = word.replace("’", "'").replace("‑", "-")
    bare = word.removesuffix("'s").strip("'")
    spellings = {word, bare, *squeezed(bare)}
    if "-" in bare:
        spellings.update(bare.split("-"))
    return tuple([kind for kind, test in _TESTS if any(map(test, spellings))])


def _is_negation(word: str) -> bool:
    return word in NEGATIONS or word.endswith("n't")


def _is_number(word: str) -> bool:
    return word in NUMBER_WORDS or (not word.isalpha() and any(map(str.isdigit, word)))


def _is_emotional(word: str) -> bool:
    return abs(valence(word)) >= EMOTIONAL_FROM or INTERJECTIONS.fullmatch(word) is not None


_TESTS = (("negation", _is_negation), ("number", _is_number), ("emotion", _is_emotional))


@lru_cache(maxsize=1)
def _listed() -> frozenset[str]:
    """Every word that is one of a kind by being on a list."""
    return NEGATIONS | NUMBER_WORDS | {word for word in _valences() if abs(valence(word)) >= EMOTIONAL_FROM}


@lru_cache(maxsize=1)
def _valences() -> dict[str, float]:
    """Read from the file: importing vaderSentiment itself pulls in an HTTP client."""
    folder = Path(find_spec("vaderSentiment").submodule_search_locations[0])
    lines = (folder / "vader_lexicon.txt").read_text(encoding="utf-8").splitlines()
    return {word: float(mean) for word, mean, *_ in (line.split("\t") for line in lines if line)}
