"""Delete words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.random import Generator

from augment.parameters import setting
from augment.text.edits import Edit, edits_of, removable, slots_of, splice
from augment.text.rates import drawn, touched
from augment.text.tokens import Tokens
from augment.transform import TextTransform, register


@register("random_deletion")
@dataclass(frozen=True)
class RandomDeletion(TextTransform):
    """Delete `rate` of the words, never a protected one nor the last of a sentence.  EDA: arXiv:1901.11196."""

    rate: float = setting(0.1, low=0.0, high=1.0, unit="share of the words", neutral=0)

    def draw(self, rng: Generator, tokens: Tokens) -> dict[str, Any]:
        words = tokens.words
        eligible = [at for at, word in enumerate(words) if not word.protected and removable(tokens, at)]
        left = Counter(word.sentence for word in words)
        slots = slots_of(tokens)
        count = touched(self.rate, len(tokens))
        for at in drawn(rng, eligible, len(eligible)):
            if not count:
                break
            if left[words[at].sentence] > 1 and not _exposes_name(tokens, slots, at):
                slots[at] = []
                left[words[at].sentence] -= 1
                count -= 1
        return {"edits": edits_of(tokens, slots)}

    def apply(self, text: str, edits: Sequence[Edit]) -> str:
        return splice(text, edits)


def _exposes_name(tokens: Tokens, slots: list[list[str]], at: int) -> bool:
    """Whether a name would come to open the sentence, where its capital no longer says that it is one."""
    sentence = tokens.words[at].sentence
    for before in range(at - 1, -1, -1):
        if tokens.words[before].sentence != sentence:
            break
        if slots[before]:
            return False
    after = next(
        (word for word, slot in zip(tokens.words[at + 1 :], slots[at + 1 :], strict=True) if slot), None
    )
    return after is not None and after.sentence == sentence and after.kind == "name"
