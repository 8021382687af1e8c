"""Swap words."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.random import Generator

from augment.parameters import setting
from augment.text.edits import Edit, edits_of, plain, slots_of, splice
from augment.text.rates import drawn
from augment.text.tokens import Tokens
from augment.transform import TextTransform, register


@register("random_swap")
@dataclass(frozen=True)
class RandomSwap(TextTransform):
    """Swap words of one sentence in pairs, until `rate` of all words have moved.  EDA: arXiv:1901.11196.

    Protected words stay in their places. No word is swapped twice, so that no swap undoes another.
    """

    rate: float = setting(0.1, low=0.0, high=1.0, unit="share of the words", neutral=0)

    def draw(self, rng: Generator, tokens: Tokens) -> dict[str, Any]:
        words = tokens.words
        eligible = [at for at, word in enumerate(words) if not word.protected]
        pairs = max(1, round(self.rate * len(words) / 2)) if self.rate else 0
        slots = slots_of(tokens)
        waiting: dict[int, list[int]] = defaultdict(list)
        for at in drawn(rng, eligible, len(eligible)):
            if not pairs:
                break
            others = waiting[words[at].sentence]
            partner = next((other for other in others if _differ(tokens, at, other)), None)
            if partner is None:
                others.append(at)
                continue
            others.remove(partner)
            slots[at], slots[partner] = [plain(words[partner])], [plain(words[at])]
            pairs -= 1
        return {"edits": edits_of(tokens, slots)}

    def apply(self, text: str, edits: Sequence[Edit]) -> str:
        return splice(text, edits)


def _differ(tokens: Tokens, at: int, other: int) -> bool:
    return tokens.words[at].text.lower() != tokens.words[other].text.lower()
