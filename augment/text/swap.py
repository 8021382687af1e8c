"""Swap words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from numpy.random import Generator

from augment.parameters import setting
from augment.text.eda import eda_presets
from augment.text.edits import Edit, edits_at, plain, splice
from augment.text.pieces import Form
from augment.text.rates import shuffled
from augment.text.tokens import Tokens
from augment.transform import Preset, TextTransform, register


@register("random_swap")
@dataclass(frozen=True)
class RandomSwap(TextTransform):
    """Swap words of one sentence in pairs, until `rate` of all words have moved.  EDA: arXiv:1901.11196.

    Protected words stay in their places. No word is swapped twice, so that no swap undoes another.
    """

    presets: ClassVar[Mapping[str, Preset]] = eda_presets(
        "swaps gain most at alpha up to 0.2, less from 0.3 on"
    )

    rate: float = setting(0.1, low=0.0, high=1.0, unit="share of the words", neutral=0)

    def draw(self, rng: Generator, tokens: Tokens) -> dict[str, Any]:
        moved = 2 * max(1, round(self.rate * len(tokens.texts) / 2)) if self.rate else 0
        slots: dict[int, list[str]] = {}
        waiting: dict[int, Form] = {}
        for at in shuffled(rng, len(tokens.texts)):
            if len(slots) == moved:
                break
            form = tokens.form(at)
            if form.kind:
                continue
            for place, other in waiting.items():
                if other.text.lower() != form.text.lower() and tokens.sentence(place) == tokens.sentence(at):
                    slots[at], slots[place] = [plain(other)], [plain(form)]
                    del waiting[place]
                    break
            else:
                waiting[at] = form
        return {"edits": edits_at(tokens, slots)}

    def apply(self, text: str, edits: Sequence[Edit]) -> str:
        return splice(text, edits)
