"""Delete words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from numpy.random import Generator

from augment.parameters import setting
from augment.text.eda import eda_presets
from augment.text.edits import Edit, edits_at, splice
from augment.text.places import removable
from augment.text.rates import shuffled, touched
from augment.text.tokens import Tokens
from augment.transform import Preset, TextTransform, register


@register("random_deletion")
@dataclass(frozen=True)
class RandomDeletion(TextTransform):
    """Delete `rate` of the words, never a protected one nor the last of a sentence.  EDA: arXiv:1901.11196."""

    presets: ClassVar[Mapping[str, Preset]] = eda_presets(
        "deletion gains most at low alpha and hurts badly at high"
    )

    rate: float = setting(0.1, low=0.0, high=1.0, unit="share of the words", neutral=0)

    def draw(self, rng: Generator, tokens: Tokens) -> dict[str, Any]:
        count = touched(self.rate, len(tokens.texts))
        gone: dict[int, list[str]] = {}
        for at in shuffled(rng, len(tokens.texts)):
            if len(gone) == count:
                break
            if removable(tokens, at) and not tokens.form(at).kind and _spared(tokens, gone, at):
                gone[at] = []
        return {"edits": edits_at(tokens, gone)}

    def apply(self, text: str, edits: Sequence[Edit]) -> str:
        return splice(text, edits)


def _spared(tokens: Tokens, gone: dict[int, list[str]], at: int) -> bool:
    """Whether its sentence can spare word `at`: it must keep a word, and none but a name's own may open with one.

    At the head of a sentence a capital no longer says that a name is one.
    """
    first, end = tokens.sentence(at)
    before, after = at - 1, at + 1
    while before in gone:
        before -= 1
    while after in gone:
        after += 1
    if before >= first:
        return True
    return after < end and tokens.form(after).kind != "name"
