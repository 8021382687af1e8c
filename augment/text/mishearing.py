"""What a speech recogniser makes of words: the ones that sound alike, and spaces set otherwise.

Both lists, data/homophones.txt and data/boundaries.txt, were written for this project.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from augment.text.clauses import joined, lower_at
from augment.text.protect import word_kinds
from augment.text.tokens import Tokens
from augment.text.verbs import verb_forms
from augment.text.wordlists import listed


class Heard(NamedTuple):
    """What a run of words is heard as; `before_verb`: only where a verb's base form follows."""

    said: tuple[str, ...]
    heard: tuple[str, ...]
    before_verb: bool


def sounds_like(word: str) -> tuple[str, ...]:
    """What `word` (lower case) may be taken for, () for none; never a negation, number or word of emotion."""
    return _homophones().get(word.replace("’", "'"), ())


def heard_at(tokens: Tokens, at: int) -> list[Heard]:
    """How the words from word `at` on are heard with their spaces moved; none of them protected."""
    return [heard for heard in _boundaries().get(lower_at(tokens, at), ()) if _fits(tokens, at, heard)]


def _fits(tokens: Tokens, at: int, heard: Heard) -> bool:
    places = range(at, at + len(heard.said))
    if places[-1] >= len(tokens) or any(tokens.forms[place].kind for place in places):
        return False
    if any(lower_at(tokens, place) != word for place, word in zip(places, heard.said, strict=True)):
        return False
    if not all(joined(tokens, place) for place in places[:-1]):
        return False
    if heard.before_verb:
        following = lower_at(tokens, places[-1] + 1) if joined(tokens, places[-1]) else ""
        return "base" in verb_forms(following) and following not in _NO_VERBS
    return True


# Base forms by the dictionary ("to my" is none, "to the", "to bed" are seldom verbs).
_NO_VERBS = listed(
    "the a my your his her our their this that bed work town school church lunch dinner sleep mom dad"
)


@lru_cache(maxsize=1)
def _homophones() -> Mapping[str, tuple[str, ...]]:
    listed: dict[str, list[str]] = {}
    for line in _lines("homophones.txt"):
        usual, _, rare = line.partition("<")
        for word in (*usual.split(), *rare.split()):
            listed.setdefault(word, []).extend(other for other in usual.split() if other != word)
    kept = {word: [other for other in others if not word_kinds(other)] for word, others in listed.items()}
    return {word: tuple(dict.fromkeys(others)) for word, others in kept.items() if others}


@lru_cache(maxsize=1)
def _boundaries() -> Mapping[str, tuple[Heard, ...]]:
    listed: dict[str, list[Heard]] = {}
    for line in _lines("boundaries.txt"):
        both = "=" in line
        left, right = (tuple(side.split()) for side in line.split("=" if both else ">"))
        verb = "+" in left
        said = tuple(word for word in left if word != "+")
        for heard in (Heard(said, right, verb), *([Heard(right, said, False)] if both else [])):
            if not any(word_kinds(word) for word in heard.heard):
                listed.setdefault(heard.said[0], []).append(heard)
    return {first: tuple(all_heard) for first, all_heard in listed.items()}


def _lines(name: str) -> list[str]:
    text = (files("augment.text") / "data" / name).read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]
