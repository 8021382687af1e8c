"""Insert synonyms of words that the text has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from numpy.random import Generator

from augment.parameters import setting
from augment.text.edits import Edit, edits_of, insertable, slots_of, splice
from augment.text.lexicon import synonyms
from augment.text.rates import drawn, touched
from augment.text.tokens import Tokens
from augment.transform import TextTransform, register


@register("random_insertion")
@dataclass(frozen=True)
class RandomInsertion(TextTransform):
    """Insert, at a random place, a synonym of a random word: `rate` times the words.  EDA: arXiv:1901.11196.

    Never between a negation and what it negates, nor inside a protected phrase.
    """

    rate: float = setting(0.1, low=0.0, high=1.0, unit="share of the words", neutral=0)

    def draw(self, rng: Generator, tokens: Tokens) -> dict[str, Any]:
        free = (at for at, word in enumerate(tokens.words) if not word.protected and not word.proper)
        options = {at: found for at in free if (found := synonyms(tokens.words[at].text))}
        places = insertable(tokens)
        slots = slots_of(tokens)
        if places:
            for at in drawn(rng, list(options), touched(self.rate, len(tokens))):
                found = options[at]
                new = found[int(rng.random() ** 2 * len(found))]
                place = places[int(rng.integers(len(places)))]
                if place == len(slots):
                    slots[-1].append(new)
                else:
                    slots[place].insert(0, new)
        return {"edits": edits_of(tokens, slots)}

    def apply(self, text: str, edits: Sequence[Edit]) -> str:
        return splice(text, edits)
