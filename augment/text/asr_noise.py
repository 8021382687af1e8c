"""Mishear, as a speech recogniser does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from numpy.random import Generator

from augment.parameters import options, setting
from augment.text.clauses import after, apostrophe
from augment.text.edits import Edit, edits_at, like, plain, splice
from augment.text.mishearing import Heard, heard_at, sounds_like
from augment.text.places import removable
from augment.text.rates import touched
from augment.text.tokens import Tokens
from augment.text.wordlists import listed
from augment.transform import Preset, TextTransform, register

Slots = dict[int, list[str]]
ERRORS = ("homophone", "dropped", "boundary")
FEWEST = 3  # words of a sentence that one may be missed from
# Short and unstressed, so that a recogniser misses them; no negation among them.
DROPPED = listed("a an the of to and in is are was were am it that at as or for on with i i'm it's that's")


@register("asr_noise")
@dataclass(frozen=True)
class AsrNoise(TextTransform):
    """Mishear `rate` of the words: one that sounds alike, a small one missed, spaces set otherwise.

    "their" for "there", "I want go", "alot", "in to", "gonna". Negations, numbers, names and words of emotion
    are heard right, and none is heard where none was said. `formatting: none` also writes the text as plain
    recognisers do, in lower case without punctuation. Words are missed only from sentences that have others.
    Put it behind steps that change words: in lower case a name is no longer seen to be one.
    """

    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset(
            {"rate": 0.05},
            "arXiv:1610.05256: recogniser and human both err in some 6 % of Switchboard's words",
        ),
        "medium": Preset(
            {"rate": 0.1}, "arXiv:1610.05256: 11 % of CallHome's words, speech among family and friends"
        ),
        "strong": Preset(
            {"rate": 0.2, "formatting": "none"},
            "no study known for this rate: about twice CallHome's errors (arXiv:1610.05256), as recogniser output",
        ),
    }

    rate: float = setting(0.1, low=0.0, high=1.0, unit="share of the words", neutral=0)
    errors: str | Sequence[str] = options(ERRORS, allowed=ERRORS)
    formatting: str = setting("keep", allowed=("keep", "none"))

    def draw(self, rng: Generator, tokens: Tokens) -> dict[str, Any]:
        errors = [self.errors] if isinstance(self.errors, str) else list(self.errors)
        slots = _misheard(rng, tokens, errors, touched(self.rate, len(tokens)))
        if self.formatting == "none" and len(tokens):
            return {"edits": _unformatted(tokens, slots)}
        return {"edits": edits_at(tokens, slots)}

    def apply(self, text: str, edits: Sequence[Edit]) -> str:
        return splice(text, edits)


def _misheard(rng: Generator, tokens: Tokens, errors: Sequence[str], count: int) -> Slots:
    """The kind of error is drawn first: there are far more words to miss than spaces to move."""
    slots: Slots = {}
    kinds = list(dict.fromkeys(errors))
    found: dict[str, list[tuple[int, Any]]] = {}
    used: set[int] = set()
    while count and kinds:
        kind = kinds[int(rng.random() * len(kinds))]
        if kind not in found:
            found[kind] = _places(tokens, kind)
        if not found[kind]:
            kinds.remove(kind)
            continue
        at, new = found[kind].pop(int(rng.random() * len(found[kind])))
        # The word after one that opened a sentence and was missed opens it now, and is not to go as well.
        words = len(new.said) if kind == "boundary" else 2 if kind == "dropped" else 1
        if not used.isdisjoint(range(at, at + words)):
            continue
        used.update(range(at, at + words))
        for place, words_there in _slots(rng, plain(tokens.forms[at]), at, new).items():
            slots[place] = [_as_written(word, tokens) for word in words_there]
        count -= 1
    return slots


def _slots(rng: Generator, said: str, at: int, new: Heard | Sequence[str]) -> Slots:
    if isinstance(new, Heard):
        first, *rest = new.heard
        return {at: [like(first, said), *rest], **{at + further: [] for further in range(1, len(new.said))}}
    return {at: [like(new[int(rng.random() * len(new))], said)] if new else []}


def _as_written(word: str, tokens: Tokens) -> str:
    return word.replace("'", apostrophe(tokens)) if "'" in word else word


def _places(tokens: Tokens, kind: str) -> list[tuple[int, Any]]:
    """(word, what it becomes: a Heard, the words that it may be taken for, () to miss it)."""
    at_all = range(len(tokens))
    if kind == "boundary":
        return [(at, heard) for at in at_all for heard in heard_at(tokens, at)]
    if kind == "dropped":
        return [(at, ()) for at in at_all if _is_missed(tokens, at)]
    free = ((at, form.text.lower()) for at, form in enumerate(tokens.forms) if not form.kind)
    return [(at, others) for at, word in free if (others := sounds_like(word))]


def _is_missed(tokens: Tokens, at: int) -> bool:
    """A small word that its clause goes on after, unless a name would come to open the sentence."""
    form = tokens.forms[at]
    if form.kind or form.text.lower() not in DROPPED or not after(tokens, at) or not removable(tokens, at):
        return False
    first, end = tokens.sentence(at)
    return end - first >= FEWEST and not (at == first and tokens.forms[at + 1].kind == "name")


def _unformatted(tokens: Tokens, slots: Slots) -> list[Edit]:
    """Edits that also put every word in lower case and one space for what stood between words."""
    edits: list[Edit] = []
    start, written = 0, False
    for at, (gap, form) in enumerate(zip(tokens.gaps, tokens.forms, strict=False)):
        new = " ".join(slots.get(at, [form.text]))
        if form.shape in ("word", "number") and len(new.lower()) == len(new):
            new = new.lower()
        between = " " if written and new else ""
        written = written or bool(new)
        edits += [[start, gap, between]] if gap != between else []
        start += len(gap)
        edits += [[start, form.text, new]] if new != form.text else []
        start += len(form.text)
    return [*edits, [start, tokens.gaps[-1], ""]] if tokens.gaps[-1] else edits
