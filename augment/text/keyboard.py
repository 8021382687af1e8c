"""Mistype words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar

from numpy.random import Generator

from augment.parameters import options, setting
from augment.text.edits import Edit, splice
from augment.text.slips import harmless, slip_presets, slipped
from augment.text.tokens import Tokens
from augment.transform import Preset, TextTransform, register

SLIPS = ("neighbour", "swap", "double", "omission")
SHORTEST = 4  # letters: shorter words become others too easily


@register("keyboard")
@dataclass(frozen=True)
class Keyboard(TextTransform):
    """Mistype `rate` of the words: a neighbouring key (QWERTY), two letters swapped, one doubled or left out.

    The four single slips of Damerau 1964 (doi 10.1145/363958.363994), which made up 80 % of the misspellings
    counted there; one a word, never in its first letter, nor in protected or short words. No slip makes a
    negation, a number or a word of emotion.
    """

    says_same: ClassVar[bool] = True
    presets: ClassVar[Mapping[str, Preset]] = slip_presets(
        "texts that people read with ease and models fail on"
    )

    rate: float = setting(0.1, low=0.0, high=1.0, unit="share of the words", neutral=0)
    slips: str | Sequence[str] = options(SLIPS, allowed=SLIPS)

    def draw(self, rng: Generator, tokens: Tokens) -> dict[str, Any]:
        wanted = [self.slips] if isinstance(self.slips, str) else list(self.slips)
        return {"edits": slipped(rng, tokens, self.rate, partial(_mistyped, wanted))}

    def apply(self, text: str, edits: Sequence[Edit]) -> str:
        return splice(text, edits)


_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_TRIES = 4


def _neighbours() -> dict[str, str]:
    """Letters beside each and, on the row below and above, half a key to the left and right."""
    keys = {}
    for y, row in enumerate(_ROWS):
        for x, key in enumerate(row):
            near = [(x - 1, y), (x + 1, y), (x, y - 1), (x + 1, y - 1), (x - 1, y + 1), (x, y + 1)]
            keys[key] = "".join(
                _ROWS[below][beside]
                for beside, below in near
                if 0 <= below < len(_ROWS) and 0 <= beside < len(_ROWS[below])
            )
    return keys


_NEAR = _neighbours()


def _mistyped(wanted: Sequence[str], rng: Generator, word: str) -> str:
    if len(word) < SHORTEST or not word.isalpha():
        return ""
    for _ in range(_TRIES):
        position = int(rng.random() * (len(word) - 1)) + 1
        slip = wanted[int(rng.random() * len(wanted))]
        here, before, after = word[position], word[:position], word[position + 1 :]
        if slip == "neighbour":
            near = _NEAR[here]
            new = before + near[int(rng.random() * len(near))] + after
        elif slip == "swap":
            new = before + after[:1] + here + after[1:]
        elif slip == "double":
            new = before + here + here + after
        else:
            new = before + after
        if new != word and harmless(new):
            return new
    return ""
