"""Replace words by synonyms."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.random import Generator

from augment.parameters import setting
from augment.text.context import synonyms_at
from augment.text.edits import Edit, edits_of, like, slots_of, splice
from augment.text.rates import drawn, touched
from augment.text.tokens import Tokens
from augment.transform import TextTransform, register


@register("synonym_replacement")
@dataclass(frozen=True)
class SynonymReplacement(TextTransform):
    """Replace `rate` of the words by a synonym, inflected like the word.  EDA: Wei & Zou 2019, arXiv:1901.11196.

    Function words and protected words stay; so do words whose meaning here is not clear enough.
    """

    rate: float = setting(0.15, low=0.0, high=1.0, unit="share of the words", neutral=0)

    def draw(self, rng: Generator, tokens: Tokens) -> dict[str, Any]:
        options = {at: found for at in range(len(tokens)) if (found := synonyms_at(tokens, at))}
        slots = slots_of(tokens)
        for at in drawn(rng, list(options), touched(self.rate, len(tokens))):
            word = tokens.words[at]
            found = options[at]
            # Squared, so that the best synonyms, which stand first, come more often.
            new = found[int(rng.random() ** 2 * len(found))]
            slots[at] = [new if word.first and not word.text.isupper() else like(new, word.text)]
        return {"edits": edits_of(tokens, slots)}

    def apply(self, text: str, edits: Sequence[Edit]) -> str:
        return splice(text, edits)
