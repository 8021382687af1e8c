"""Change capitals."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from numpy.random import Generator

from augment.parameters import draw_option, options, setting
from augment.text.edits import Edit, splice
from augment.text.pieces import Form
from augment.text.tokens import Tokens
from augment.transform import Preset, TextTransform, register

CASES = ("lower", "sentence", "title", "upper")


@register("casing")
@dataclass(frozen=True)
class Casing(TextTransform):
    """Write a text in lower case, with a capital for each sentence or for each word, or in capitals.

    One of `case` is drawn, of those that would change the text. Words that are shouted ("so LATE") keep their
    capitals, since they carry emotion: readers take them for emphasis (Hutto & Gilbert 2014, VADER), which is
    also why "upper" is not drawn unless asked for; `emphasis: change` treats them as all others. Addresses,
    @names, #tags, numbers and emoticons stay; names are written like other words, save that "sentence" and
    "title" keep their capitals. Put it last: in lower case a name is no longer seen to be one by the steps
    that follow.
    """

    says_same: ClassVar[bool] = True
    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset(
            {"case": ("lower", "sentence")},
            "no study known of emotion; the two that transcripts are written in, shouted words kept (VADER)",
        ),
        "medium": Preset(
            {"case": ("lower", "sentence", "title")}, "no study known of emotion; shouted words kept (VADER)"
        ),
        "strong": Preset(
            {"case": CASES, "emphasis": "change"},
            "Hutto & Gilbert 2014: capitals read as emphasis, so this moves intensity: audit it",
        ),
    }

    case: str | Sequence[str] = options(("lower", "sentence", "title"), allowed=CASES)
    emphasis: str = setting("keep", allowed=("keep", "change"))

    def draw(self, rng: Generator, tokens: Tokens) -> dict[str, Any]:
        wanted = [self.case] if isinstance(self.case, str) else list(self.case)
        possible = {case: edits for case in wanted if (edits := self._edits(tokens, case))}
        return {"edits": possible[draw_option(rng, list(possible))] if possible else []}

    def apply(self, text: str, edits: Sequence[Edit]) -> str:
        return splice(text, edits)

    def _edits(self, tokens: Tokens, case: str) -> list[Edit]:
        edits = []
        start = 0
        for gap, form in zip(tokens.gaps, tokens.forms, strict=False):
            start += len(gap)
            if (
                form.shape == "word"
                and form.kind != "phrase"
                and not (self.emphasis == "keep" and _shouted(form))
            ):
                new = _cased(form, case)
                if new != form.text:
                    edits.append([start, form.text, new])
            start += len(form.text)
        return edits


_I = re.compile(r"I(?:-I)*(?:['’]\w+)?")  # "I-I'm" too


def _shouted(form: Form) -> bool:
    return len(form.text) > 1 and form.text.isupper() and not form.proper and not _I.fullmatch(form.text)


def _cased(form: Form, case: str) -> str:
    text = form.text
    if case == "upper":
        return text.upper() if len(text.upper()) == len(text) else text
    if case == "lower":
        return text.lower() if len(text.lower()) == len(text) else text
    if form.proper or _I.fullmatch(text):
        return text
    if case == "title" or form.first:
        return _raised(text[0]) + text[1:].lower()
    return text.lower() if len(text.lower()) == len(text) else text


def _raised(letter: str) -> str:
    return letter.upper() if len(letter.upper()) == 1 else letter
