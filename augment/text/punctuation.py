"""Scatter punctuation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from numpy.random import Generator

from augment.parameters import Range, draw_option, draw_span, options, span
from augment.text.clauses import joined
from augment.text.edits import Edit, splice
from augment.text.protect import word_kinds
from augment.text.rates import drawn, touched
from augment.text.tokens import Tokens
from augment.transform import Preset, TextTransform, register


@register("punctuation")
@dataclass(frozen=True)
class Punctuation(TextTransform):
    """Put marks behind words where none stand; words and their order stay.  AEDA: arXiv:2108.13230.

    `rate` is drawn for each text, from almost none (one mark) to a third of the words, as in the paper. Of its
    six marks "!" and "?" are left out unless asked for: they change how excited a line reads. No mark comes
    between a negation and what it negates, nor before a capital, which would then look like a new sentence's.
    """

    says_same: ClassVar[bool] = True
    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset(
            {"rate": (0.0, 0.1)},
            "no study known of emotion in speech; below AEDA's range (up to 0.33, arXiv:2108.13230)",
        ),
        "medium": Preset(
            {"rate": (0.0, 0.2)},
            "no study known of emotion in speech; the lower half of AEDA's range (arXiv:2108.13230)",
        ),
        "strong": Preset(
            {"rate": (0.0, 0.33)},
            "arXiv:2108.13230 (AEDA): 1 mark to a third of the words, gains on five text classification sets",
        ),
    }

    rate: Range = span((0.0, 0.33), 0.0, 1.0, "marks a word", neutral=0)
    marks: str | Sequence[str] = options((",", ".", ";", ":"), allowed=(",", ".", ";", ":", "!", "?"))

    def draw(self, rng: Generator, tokens: Tokens) -> dict[str, Any]:
        rate = draw_span(rng, self.rate)
        places = [at for at in range(len(tokens) - 1) if _takes_mark(tokens, at)]
        chosen = sorted(drawn(rng, places, touched(rate, len(tokens))))
        ends = [tokens.start(at) + len(tokens.forms[at].text) for at in chosen]
        return {"edits": [[end, "", draw_option(rng, self.marks)] for end in ends]}

    def apply(self, text: str, edits: Sequence[Edit]) -> str:
        return splice(text, edits)


def _takes_mark(tokens: Tokens, at: int) -> bool:
    word, after = tokens.forms[at], tokens.forms[at + 1]
    return (
        joined(tokens, at)
        and not after.text[0].isupper()
        and not word.text.endswith(".")
        and not word.kind == after.kind == "phrase"
        and "negation" not in word_kinds(word.text)
    )
