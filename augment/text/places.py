"""Where a word can go without a trace, and where one can come in."""

from __future__ import annotations

import re
from functools import lru_cache

from augment.text.languages import ENGLISH, negates
from augment.text.protect import word_kinds
from augment.text.tokens import Tokens


def removable(tokens: Tokens, at: int) -> bool:
    """Whether word `at` stands free, so that taking it out leaves no "and/", no "" and no stray mark."""
    left, right = tokens.gaps[at], tokens.gaps[at + 1]
    if tokens.texts[at][-1] == ".":
        return False  # "at 4 a.m.": its full stop is the sentence's too
    return left == right == " " or _stands_free(left, right, at == 0, at == len(tokens) - 1)


def insertable(tokens: Tokens) -> list[int]:
    """Places for a further word: before word n, or the number of words for the end of the text."""
    return [place for place in range(len(tokens) + 1) if opens(tokens, place)]


def opens(tokens: Tokens, place: int) -> bool:
    """Whether a further word may come in before word `place`, or at the end of the text."""
    texts, language = tokens.texts, tokens.language
    if place == len(texts):
        return place > 0 and texts[-1][-1] != "." and not _negates(texts[-1], language)
    if language != ENGLISH and (not place or place in tokens.firsts):
        return False  # whether the word there would keep its capital is not known
    if not place:
        return True
    gap = tokens.gaps[place]
    if gap != " " and not (gap and (gap[-1].isspace() or gap[-1] in _OPENERS)):
        return False
    return not _negates(texts[place - 1], language) and not _in_phrase(tokens, place)


def _negates(word: str, language: str) -> bool:
    """Whether a word put behind this one would come between a negation and what it negates."""
    if language != ENGLISH:
        return negates(word, language)
    return "negation" in word_kinds(word)


def _in_phrase(tokens: Tokens, place: int) -> bool:
    here, before = tokens.special.get(place), tokens.special.get(place - 1)
    return here is not None and before is not None and here.kind == before.kind == "phrase"


@lru_cache(maxsize=1024)
def _stands_free(left: str, right: str, first: bool, last: bool) -> bool:
    if left and right and not left[-1].isspace() and not right[0].isspace():
        return False  # alone in its quotes or brackets
    after_space = first or _SPACE.search(left)
    before_space = last or _SPACE.search(right)
    return bool(after_space and before_space and _FREE_LEFT.search(left) and _FREE_RIGHT.match(right))


_OPENERS = "([{\"“‘«'¿¡—–"
_CLOSERS = ".,;:!?…)]}\"”’»'—–"
_SPACE = re.compile(r"\s")
_FREE_LEFT = re.compile(rf"(?:^|[\s{re.escape(_OPENERS)}])$")
_FREE_RIGHT = re.compile(rf"$|[\s{re.escape(_CLOSERS)}]")
