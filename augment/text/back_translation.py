"""Say a sentence as it comes back from another language."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, ClassVar, NamedTuple

from numpy.random import Generator

from augment.parameters import ParameterError, setting
from augment.text.edits import Edit, like, plain, splice
from augment.text.languages import ENGLISH, language_code
from augment.text.models.answers import ask
from augment.text.models.translation import Translator
from augment.text.rates import drawn, touched
from augment.text.tokens import Tokens, tokenise
from augment.transform import Preset, TextTransform, register

FEWEST = 3  # words of a sentence that is translated: of one or two, models make anything
_NO_GAIN = "arXiv:2010.01764: no consistent gain of back-translation over pretrained text encoders"


@register("back_translation")
@dataclass(frozen=True)
class BackTranslation(TextTransform):
    """Translate sentences into another language and back; of the likeliest results one is drawn for each copy.

    A result that lost a protected word, or is half as long or twice as long as the sentence, is no choice. Sentences
    of fewer than three words stay.  Source: Sennrich et al. 2016, arXiv:1511.06709.

    Parameters
    ----------
    rate : share of the sentences, at least one.
    variants : likeliest results that are chosen from, besides the sentence itself.
    language : of the texts.
    via : the language between; the models are then Helsinki-NLP/opus-mt-<language>-<via> and back (Marian).
    forward, backward : other models, by name or folder, instead of `via`.
    """

    rate: float = setting(1.0, low=0.0, high=1.0, unit="share of the sentences", neutral=0)
    variants: int = setting(4, low=1, high=20, unit="variants")
    language: str = setting(ENGLISH)
    via: str = setting("de")
    forward: str | None = setting(None)
    backward: str | None = setting(None)

    uses_model: ClassVar[bool] = True
    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset({"rate": 0.5, "variants": 2}, f"{_NO_GAIN}; light: half of the sentences"),
        "medium": Preset({"rate": 1.0, "variants": 4}, f"{_NO_GAIN}; medium: a beam of four, Marian's usual"),
        "strong": Preset({"rate": 1.0, "variants": 10}, "no study known: further down the list of results"),
    }

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "language", language_code(self.language))
        if not isinstance(self.variants, int):
            raise ParameterError("variants", f"{self.variants!r} must be a whole number")
        for name, other in (("forward", "backward"), ("backward", "forward")):
            if getattr(self, name) and not getattr(self, other):
                raise ParameterError(other, f"is missing: {name} names one of the two models")
        if self.forward is None and (not isinstance(self.via, str) or not self.via.strip()):
            raise ParameterError("via", f"{self.via!r} is no language")
        if self.forward is None and self.via == self.language:
            raise ParameterError("via", f"{self.via!r} is the language of the texts; choose another")

    def ready(self) -> None:
        self._translator.ready()

    def draw(self, rng: Generator, tokens: Tokens) -> dict[str, Any]:
        sentences = [sentence for sentence in _sentences(tokens) if len(sentence.words) >= FEWEST]
        order = drawn(rng, range(len(sentences)), touched(self.rate, len(sentences)))
        chosen = [sentences[at] for at in sorted(order)]
        answers = ask(self._translator, [(_asked(sentence.text),) for sentence in chosen])
        edits = []
        for sentence, found in zip(chosen, answers, strict=True):
            pick = rng.random()
            fit = [made for text in found if (made := self._fitted(text, sentence))]
            if fit:
                edits.append([sentence.start, sentence.text, fit[int(pick * len(fit))]])
        return {"edits": edits}

    def apply(self, text: str, edits: Sequence[Edit]) -> str:
        return splice(text, edits)

    @property
    def _translator(self) -> Translator:
        name = "Helsinki-NLP/opus-mt-{}-{}"
        return Translator(
            forward=self.forward or name.format(self.language, self.via),
            backward=self.backward or name.format(self.via, self.language),
            variants=self.variants,
        )

    def _fitted(self, made: str, sentence: _Sentence) -> str:
        """`made` with the capitals and the end that the sentence has; "" where it will not do."""
        tokens = tokenise(made, (), language=self.language)
        words = [text.casefold() for text in tokens.texts]
        length = len(sentence.words)
        if not length / 2 <= len(words) <= 2 * length or words == sentence.words:
            return ""
        if sentence.kept - Counter(words):
            return ""
        if sentence.text[-1].isalnum():
            made = made.rstrip(".!?… ")
        start, first = tokens.start(0), tokens.forms[0]
        opening = like(first.text, sentence.text) if sentence.text[0].isupper() else plain(first)
        made = made[:start] + opening + made[start + len(first.text) :]
        return made.upper() if sentence.text.isupper() else made


class _Sentence(NamedTuple):
    """`text` from character `start` on, its `words` and those to be `kept`, both case folded."""

    text: str
    start: int
    words: list[str]
    kept: Counter[str]


def _sentences(tokens: Tokens) -> list[_Sentence]:
    """Each from its first word to the marks that close it; quotes and blanks between two are no one's."""
    if not len(tokens):
        return []
    text, found = str(tokens), []
    for first, end in pairwise([*tokens.heads, len(tokens)]):
        start = tokens.start(first)
        last = tokens.start(end - 1) + len(tokens.texts[end - 1])
        closing = tokens.gaps[end].split(maxsplit=1)
        marks = closing[0] if closing and not tokens.gaps[end][0].isspace() else ""
        words = [text.casefold() for text in tokens.texts[first:end]]
        kept = Counter(word for word, form in zip(words, tokens.forms[first:end], strict=True) if form.kind)
        found.append(_Sentence(text[start : last + len(marks)], start, words, kept))
    return found


def _asked(sentence: str) -> str:
    """What the model reads: it has seen little that is shouted."""
    return sentence.lower() if sentence.isupper() else sentence
