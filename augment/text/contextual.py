"""Replace or insert words that fit their sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from numpy.random import Generator

from augment.parameters import ParameterError, draw_option, options, setting
from augment.text.edits import Edit, edits_of, insertable, like, plain, slots_of, splice
from augment.text.languages import ENGLISH, language_code
from augment.text.models.answers import Question, ask
from augment.text.models.masked import Masked
from augment.text.rates import drawn, touched
from augment.text.tokens import Tokens
from augment.text.wordlists import FUNCTION_WORDS, SPOKEN
from augment.transform import Preset, TextTransform, register

_GAIN = "MJCS 52627 (as quoted): insertion and substitution for minority emotions, +4 to +5 macro-F1"


@register("contextual")
@dataclass(frozen=True)
class Contextual(TextTransform):
    """Replace `rate` of the words, or insert as many, by what a masked language model expects there.

    Never the word itself, a protected word, a function word, a piece of a word, a name, or a word that bears
    emotion or negates. Words side by side are not both touched: each was chosen beside the other.
    Source: Kobayashi 2018, arXiv:1805.06201; Wu et al. 2019, arXiv:1812.06705.

    Parameters
    ----------
    action : "substitute", "insert", or both, of which one is drawn for each text.
    top_k : of the most likely words that remain, one is drawn; likelier words more often.
    model : a masked language model on the Hugging Face hub, or a folder. DistilRoBERTa is half as large as BERT
        and its vocabulary marks where words begin, so that no piece is taken for a word.
    language : of the texts; of all but English, function words and words that bear emotion are not known.
    """

    action: str | Sequence[str] = options(("substitute", "insert"), ("substitute", "insert"))
    rate: float = setting(0.15, low=0.0, high=1.0, unit="share of the words", neutral=0)
    top_k: int = setting(10, low=1, high=100, unit="words")
    model: str = setting("distilbert/distilroberta-base")
    language: str = setting(ENGLISH)

    uses_model: ClassVar[bool] = True
    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset({"rate": 0.1, "top_k": 5}, f"{_GAIN}; light: fewer words, the likeliest ones"),
        "medium": Preset({"rate": 0.15, "top_k": 10}, f"{_GAIN}; rate 0.15 is BERT's own share of masks"),
        "strong": Preset(
            {"rate": 0.3, "top_k": 20}, "no study known: twice as many words, from twice as long a list"
        ),
    }

    def __post_init__(self) -> None:
        super().__post_init__()
        object.__setattr__(self, "language", language_code(self.language))
        if not isinstance(self.model, str) or not self.model.strip():
            raise ParameterError("model", f"{self.model!r} is no name of a model, nor a folder")
        if not isinstance(self.top_k, int):
            raise ParameterError("top_k", f"{self.top_k!r} must be a whole number")

    def ready(self) -> None:
        self._model.ready()

    def draw(self, rng: Generator, tokens: Tokens) -> dict[str, Any]:
        action = draw_option(rng, self.action)
        inserts = action == "insert"
        places = insertable(tokens) if inserts else _replaceable(tokens)
        chosen = _apart(drawn(rng, places, len(places)), touched(self.rate, len(tokens)))
        slots, shouted = slots_of(tokens), str(tokens).isupper()
        questions = [_insertion(tokens, at) if inserts else _substitution(tokens, at) for at in chosen]
        for at, found in zip(chosen, ask(self._model, questions), strict=True):
            pick = rng.random() ** 2
            if not found:
                continue
            new = found[int(pick * len(found))]
            new = new.upper() if shouted else new
            if not inserts:
                word = tokens.words[at]
                slots[at] = [new if word.first else like(new, word.text)]
            elif at == len(slots):
                slots[-1].append(new)
            else:
                slots[at].insert(0, new)
        return {"edits": edits_of(tokens, slots)}

    def apply(self, text: str, edits: Sequence[Edit]) -> str:
        return splice(text, edits)

    @property
    def _model(self) -> Masked:
        return Masked(self.model, self.top_k, self.language)


def _replaceable(tokens: Tokens) -> list[int]:
    return [
        at
        for at, word in enumerate(tokens.words)
        if not word.protected
        and not word.proper
        and len(word.text) > 1
        and word.text.isalpha()
        and not (tokens.language == ENGLISH and word.text.lower() in FUNCTION_WORDS | SPOKEN)
    ]


def _apart(places: Sequence[int], count: int) -> list[int]:
    """The first `count` of `places` of which no two are neighbours."""
    chosen: list[int] = []
    for place in places:
        if len(chosen) == count:
            break
        if all(abs(place - other) > 1 for other in chosen):
            chosen.append(place)
    return chosen


def _substitution(tokens: Tokens, at: int) -> Question:
    text, word = _text(tokens), tokens.words[at]
    return text[: word.start], text[word.end :], word.text.casefold()


def _insertion(tokens: Tokens, at: int) -> Question:
    text, words = _text(tokens), tokens.words
    beside = [word.text.casefold() for word in words[max(0, at - 1) : at + 1]]
    if at == len(words):
        return f"{text[: words[-1].end]} ", text[words[-1].end :], *beside
    word = words[at]
    follower = plain(word) if word.first else text[word.start : word.end]
    return text[: word.start], f" {follower}{text[word.end :]}", *beside


def _text(tokens: Tokens) -> str:
    """What the model reads: it has seen little that is shouted."""
    text = str(tokens)
    return text.lower() if text.isupper() and len(text.lower()) == len(text) else text
