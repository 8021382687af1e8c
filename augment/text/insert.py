"""Insert synonyms of words that the text has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from numpy.random import Generator

from augment.parameters import setting
from augment.text.context import synonyms_of, with_synonyms
from augment.text.eda import eda_presets
from augment.text.edits import Edit, edits_at, plain, splice
from augment.text.languages import ENGLISH, language_code
from augment.text.places import opens
from augment.text.rates import better, drawn, shuffled, touched
from augment.text.tables import check_table
from augment.text.tokens import Tokens
from augment.transform import Preset, TextTransform, register


@register("random_insertion")
@dataclass(frozen=True)
class RandomInsertion(TextTransform):
    """Insert, at a random place, a synonym of a random word: `rate` times the words.  EDA: arXiv:1901.11196.

    Never between a negation and what it negates, nor inside a protected phrase.

    Parameters
    ----------
    language : of the texts. English is built in and inflects; of another, a table made by `python -m augment.text.omw`
        gives words as they stand there, for words as they stand there.
    """

    presets: ClassVar[Mapping[str, Preset]] = eda_presets("insertion gains at every alpha alike")

    rate: float = setting(0.1, low=0.0, high=1.0, unit="share of the words", neutral=0)
    language: str = setting(ENGLISH)

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "language", language_code(self.language))

    def ready(self) -> None:
        check_table(self.language)

    def draw(self, rng: Generator, tokens: Tokens) -> dict[str, Any]:
        slots: dict[int, list[str]] = {}
        for at in drawn(rng, with_synonyms(tokens), touched(self.rate, len(tokens))):
            place = next((place for place in shuffled(rng, len(tokens) + 1) if opens(tokens, place)), None)
            if place is None:
                break
            new = better(rng, synonyms_of(tokens, at))
            neighbour = min(place, len(tokens) - 1)
            slot = slots.setdefault(neighbour, [plain(tokens.form(neighbour))])
            slot.insert(0 if neighbour == place else len(slot), new)
        return {"edits": edits_at(tokens, slots)}

    def apply(self, text: str, edits: Sequence[Edit]) -> str:
        return splice(text, edits)
