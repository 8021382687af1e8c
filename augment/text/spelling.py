"""Misspell words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Any, ClassVar

from numpy.random import Generator

from augment.parameters import setting
from augment.text.edits import Edit, splice
from augment.text.grammar import is_word
from augment.text.slips import harmless, slip_presets, slipped, table_of
from augment.text.tokens import Tokens
from augment.transform import Preset, TextTransform, register


@register("spelling")
@dataclass(frozen=True)
class Spelling(TextTransform):
    """Misspell `rate` of the words as people do: definately, wich, their for there.

    From a list of some 750 words; others lose one of two like consonants or have ie and ei exchanged. One slip
    a word, its first letter kept, never in a protected word; no slip makes a negation or a word of emotion.
    """

    says_same: ClassVar[bool] = True
    presets: ClassVar[Mapping[str, Preset]] = slip_presets(
        "natural misspellings break models more than people"
    )

    rate: float = setting(0.1, low=0.0, high=1.0, unit="share of the words", neutral=0)

    def draw(self, rng: Generator, tokens: Tokens) -> dict[str, Any]:
        return {"edits": slipped(rng, tokens, self.rate, _misspelt)}

    def apply(self, text: str, edits: Sequence[Edit]) -> str:
        return splice(text, edits)


def misspellings(word: str) -> tuple[str, ...]:
    """How `word` (lower case) is misspelt, listed ones first; () for none."""
    return _misspellings(word.replace("’", "'"))


def _misspelt(rng: Generator, word: str) -> str:
    found = misspellings(word)
    return found[int(rng.random() * len(found))] if found else ""


@lru_cache(maxsize=65536)
def _misspellings(word: str) -> tuple[str, ...]:
    return tuple(slip for slip in _listed().get(word, ()) if harmless(slip)) or tuple(_by_rule(word))


@lru_cache(maxsize=1)
def _listed() -> Mapping[str, tuple[str, ...]]:
    return table_of((files("augment.text") / "data" / "misspellings.txt").read_text(encoding="utf-8"))


def _by_rule(word: str) -> list[str]:
    """One of two like consonants lost, ie and ei exchanged; nothing that is a word itself (dinner, diner)."""
    if len(word) < 5 or not word.isalpha():
        return []
    slips = []
    for at in range(2, len(word)):
        pair = word[at - 1 : at + 1]
        if pair[0] == pair[1] and pair[0] not in "aeiou":
            slips.append(word[:at] + word[at + 1 :])
        elif pair in ("ie", "ei"):
            slips.append(word[: at - 1] + pair[::-1] + word[at + 1 :])
    return [slip for slip in slips if harmless(slip) and not is_word(slip)]
