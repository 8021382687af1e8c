"""Replace or insert words that fit their sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, ClassVar

from numpy.random import Generator

from augment.parameters import ParameterError, draw_option, options, setting
from augment.text.edits import Edit, edits_of, like, plain, slots_of, splice
from augment.text.languages import ENGLISH, language_code
from augment.text.lexicon import usual_tags
from augment.text.models.answers import Question, ask
from augment.text.models.masked import GAP, WHOLE, Masked
from augment.text.places import insertable
from augment.text.rates import drawn, touched
from augment.text.tokens import Tokens
from augment.text.wordlists import SPOKEN
from augment.transform import Preset, TextTransform, register

_GAIN = "MJCS 52627 (as quoted): insertion and substitution for minority emotions, +4 to +5 macro-F1"


@register("contextual")
@dataclass(frozen=True)
class Contextual(TextTransform):
    """Replace `rate` of the words, or insert as many, by what a masked language model expects there.

    Never the word itself, a protected word, a function word, a piece of a word, a name, or a word that bears
    emotion or negates; in English a word of the same form for a word, and adjectives and adverbs to insert. Words side by side are not both touched, as they are chosen apart from one another.
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
        chosen = sorted(_apart(drawn(rng, places, len(places)), touched(self.rate, len(tokens))))
        text = str(tokens)
        chosen = [] if GAP in text else chosen
        # Gaps of a long text are asked about one by one, each with the words around it.
        groups = [[at] for at in chosen] if len(text) > WHOLE else [chosen] if chosen else []
        answers = ask(self._model, [_question(tokens, group, inserts) for group in groups])
        slots = slots_of(tokens)
        for at, found in zip(chosen, chain.from_iterable(answers), strict=True):
            pick = rng.random() ** 2
            if not found:
                continue
            new = found[int(pick * len(found))]
            new = new.upper() if text.isupper() else new
            if not inserts:
                form = tokens.forms[at]
                slots[at] = [new if form.first else like(new, form.text)]
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


def _has_a_form(word: str) -> bool:
    """Whether it is known what could stand for an English word: not for function words, nor what no dictionary has."""
    return word not in SPOKEN and bool(usual_tags(word))


def _replaceable(tokens: Tokens) -> list[int]:
    return [
        at
        for at, form in enumerate(tokens.forms)
        if not form.kind
        and not form.proper
        and len(form.text) > 1
        and form.text.isalpha()
        and (tokens.language != ENGLISH or _has_a_form(form.text.lower()))
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


def _question(tokens: Tokens, gaps: Sequence[int], inserts: bool) -> Question:
    """The text with its gaps, and of each gap the words that are no answer: the one in it, or those beside it."""
    shown, excluded = [], []
    for at, (gap, form) in enumerate(zip(tokens.gaps, tokens.forms, strict=False)):
        shown.append(gap)
        if at not in gaps:
            shown.append(form.text)
        elif inserts:
            shown += (GAP, " ", plain(form))
            excluded.append(" ".join(tokens.texts[max(0, at - 1) : at + 1]))
        else:
            shown.append(GAP)
            excluded.append(form.text)
    if len(tokens) in gaps:
        shown += (" ", GAP)
        excluded.append(tokens.texts[-1])
    shown.append(tokens.gaps[-1])
    text = "".join(shown)
    # A model has seen little that is shouted.
    text = text.lower() if text.isupper() and len(text.lower()) == len(text) else text
    return text, "insert" if inserts else "substitute", *(words.casefold() for words in excluded)
