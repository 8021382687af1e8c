"""Replace words by synonyms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from numpy.random import Generator

from augment.parameters import setting
from augment.text.context import synonyms_at, with_synonyms
from augment.text.eda import eda_presets
from augment.text.edits import Edit, edits_at, like, splice
from augment.text.languages import ENGLISH, language_code
from augment.text.rates import better, shuffled, touched
from augment.text.tables import check_table
from augment.text.tokens import Tokens
from augment.transform import Preset, TextTransform, register


@register("synonym_replacement")
@dataclass(frozen=True)
class SynonymReplacement(TextTransform):
    """Replace `rate` of the words by a synonym, inflected like the word.  EDA: Wei & Zou 2019, arXiv:1901.11196.

    Function words and protected words stay; so do words whose meaning here is not clear enough.

    Parameters
    ----------
    language : of the texts. English is built in and inflects; of another, a table made by `python -m augment.text.omw`
        gives words as they stand there, for words as they stand there.
    """

    presets: ClassVar[Mapping[str, Preset]] = eda_presets("synonyms gain at small alpha, high alpha hurts")

    rate: float = setting(0.15, low=0.0, high=1.0, unit="share of the words", neutral=0)
    language: str = setting(ENGLISH)

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "language", language_code(self.language))

    def ready(self) -> None:
        check_table(self.language)

    def draw(self, rng: Generator, tokens: Tokens) -> dict[str, Any]:
        candidates = with_synonyms(tokens)
        count = touched(self.rate, len(tokens))
        slots: dict[int, list[str]] = {}
        for drawn in shuffled(rng, len(candidates)):
            if len(slots) == count:
                break
            at = candidates[drawn]
            if found := synonyms_at(tokens, at):
                form = tokens.form(at)
                new = better(rng, found)
                slots[at] = [new if form.first and not form.text.isupper() else like(new, form.text)]
        return {"edits": edits_at(tokens, slots)}

    def apply(self, text: str, edits: Sequence[Edit]) -> str:
        return splice(text, edits)
