"""Which words are English words rather than names, and which sound decides between a and an."""

from __future__ import annotations

import re
from functools import lru_cache

from augment.text.dictionary import lemmas
from augment.text.protect import squeezed, word_kinds
from augment.text.wordlists import FUNCTION_WORDS, SPOKEN

_CONTRACTED = re.compile(r"^(.+)'(?:s|m|re|ve|d|ll|em)$")


@lru_cache(maxsize=65536)
def is_word(word: str) -> bool:
    """Whether `word` (lower case) is English that needs no capital; names and acronyms are not."""
    word = word.replace("’", "'").strip("'")
    if word in FUNCTION_WORDS or word in SPOKEN or word_kinds(word) or _in_dictionary(word):
        return True
    if contracted := _CONTRACTED.match(word):
        return is_word(contracted[1])
    if "-" in word:
        return all(map(is_word, word.split("-")))
    if word.endswith("in"):  # goin'
        return _in_dictionary(word + "g")
    return any(map(is_word, squeezed(word)))


def article(word: str) -> str:
    """ "a" or "an", by the sound that `word` starts with: an hour, a user, an FBI agent, an 8."""
    if _SPELT_OUT.match(word) and (len(word) == 1 or not is_word(word.lower())):
        vowel = word[0] in "AEFHILMNORSX"
    elif word[:1].isdigit():
        vowel = _EIGHT_OR_ELEVEN.match(word) is not None
    else:
        vowel = _VOWEL_SOUND.match(word.lower()) is not None
    return "an" if vowel else "a"


_SPELT_OUT = re.compile(r"(?:[A-Z]{1,3}|[B-DF-HJ-NP-TV-Z]+)s?$")  # FBI, TVs, HTML; NASA is said as a word
_EIGHT_OR_ELEVEN = re.compile(r"8|1[18](?!\d)")
_VOWEL_SOUND = re.compile(
    r"hour|honest|honou?r|heir"
    r"|(?!u(?:ni(?!n|m)|s[aeu]|ti|ro|r[iaeo]n|k[ue]|bi|\W|$)|eu|ew|one(?!r)|once|ouija)[aeiou]"
)


def _in_dictionary(word: str) -> bool:
    return bool(word) and bool(lemmas(word))
