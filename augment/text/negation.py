"""Negations in both their spellings: "can't" and "cannot", "don't" and "do not"."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import pairwise

from augment.text.wordlists import listed

_REGULAR = sorted(listed("do does did is are was were have has had would could should must might need"))
# "ain't" is left: it stands for am, is, are, has and have not.
SPELT_OUT = {
    **{f"{verb}n't": (verb, "not") for verb in _REGULAR},
    "can't": ("can", "not"),
    "won't": ("will", "not"),
    "shan't": ("shall", "not"),
}
_BARE = {word.replace("'", ""): out for word, out in SPELT_OUT.items() if word not in ("can't", "won't")}
_KNOWN = {**SPELT_OUT, **_BARE, "cannot": ("can", "not"), "cant": ("can", "not")}
_VERBS = {verb for verb, _ in SPELT_OUT.values()} | {"am"}
_ENDINGS = {"'m": "am", "'s": "is", "'re": "are", "'ve": "have", "'ll": "will"}


def respelt(missing: Iterable[str], source: Sequence[str], copy: Sequence[str]) -> bool:
    """Whether the words that `copy` lacks are negations that it has in their other spelling.

    Narrow: the same verb is negated as often, and there are no fewer "not". All words case folded.
    """
    if not all(word.replace("’", "'") in _KNOWN or word == "not" for word in missing):
        return False
    there, here = _spelt_out(source), _spelt_out(copy)
    return there.count("not") <= here.count("not") and not _negated(there) - _negated(here)


def _spelt_out(words: Sequence[str]) -> list[str]:
    return [part for word in words for part in _parts(word.replace("’", "'"))]


def _parts(word: str) -> tuple[str, ...]:
    if word in _KNOWN:
        return _KNOWN[word]
    ending = next((ending for ending in _ENDINGS if word.endswith(ending)), None)  # "it's not" is "it is not"
    return (word,) if ending is None else (word.removesuffix(ending), _ENDINGS[ending])


def _negated(words: list[str]) -> Counter[str]:
    return Counter(verb for verb, following in pairwise(words) if following == "not" and verb in _VERBS)
