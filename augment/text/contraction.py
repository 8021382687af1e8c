"""Write contractions out, and contract what was written out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from numpy.random import Generator

from augment.parameters import options, setting
from augment.text.contracting import contracted_at
from augment.text.edits import Edit, edits_at, splice
from augment.text.expanding import expanded_at
from augment.text.rates import drawn, touched
from augment.text.tokens import Tokens
from augment.transform import Preset, TextTransform, register


@register("contraction")
@dataclass(frozen=True)
class Contraction(TextTransform):
    """Say "cannot" for "can't" and "I am" for "I'm", or the other way round, at `rate` of the words.

    Only where a native speaker would, and where it is sure what is meant: "'s" may be is, has or a possessive,
    "'d" would or had; "don't you" and "yes, I am" stay. Negations are kept in their other spelling, which the
    gates know; other protected words stay as they are.
    """

    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset(
            {"rate": 0.1},
            "no study known: one a line, MELD having 0.46 a line that can be written out; the words mean the same",
        ),
        "medium": Preset({"rate": 0.2}, "no study known: up to one word in five, two in most lines"),
        "strong": Preset(
            {"rate": 1.0}, "no study known: every contraction; formality moves, meaning does not"
        ),
    }

    rate: float = setting(0.2, low=0.0, high=1.0, unit="share of the words", neutral=0)
    direction: str | Sequence[str] = options(("expand", "contract"), allowed=("expand", "contract"))

    def draw(self, rng: Generator, tokens: Tokens) -> dict[str, Any]:
        found = {}
        for at in range(len(tokens)):
            if "expand" in self.direction and (new := expanded_at(tokens, at)):
                found[at] = [new]
            elif "contract" in self.direction and (new := contracted_at(tokens, at)):
                found[at] = new
        slots: dict[int, list[str]] = {}
        for at in drawn(rng, list(found), touched(self.rate, len(tokens))):
            places = range(at, at + len(found[at]))
            if not any(place in slots for place in places):
                slots.update(zip(places, found[at], strict=True))
        return {"edits": edits_at(tokens, slots)}

    def apply(self, text: str, edits: Sequence[Edit]) -> str:
        return splice(text, edits)
