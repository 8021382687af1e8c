"""Hesitate: fillers, repeated words, false starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, ClassVar

from numpy.random import Generator

from augment.parameters import options, setting
from augment.text.clauses import after, before, joined
from augment.text.edits import Edit, edits_at, plain, splice
from augment.text.pieces import Form
from augment.text.protect import INTERJECTIONS, word_kinds
from augment.text.rates import touched
from augment.text.tokens import Tokens
from augment.text.wordlists import FUNCTION_WORDS, listed
from augment.transform import Preset, TextTransform, register

# How often each comes in 100 words of conversation: Bortfeld et al. 2001, Language and Speech 44(2).
KINDS = {"filler": 2.56, "repetition": 1.47, "false_start": 1.94}
FEWEST = 3  # words of a sentence that is hesitated in: nobody says "um, yes" for "yes" and means the same


@register("disfluency")
@dataclass(frozen=True)
class Disfluency(TextTransform):
    """Hesitate at `rate` of the words: "um, I think", "I I think", "I thi- I think".

    Fillers stand at the head of a sentence or before a content word, function words are repeated, and a false
    start breaks off a content word and sets in again, in the proportions of conversation (Bortfeld et al. 2001).
    No word goes; nothing comes between a negation and what it negates, nor beside an interjection.
    """

    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset(
            {"rate": 0.03},
            "Bortfeld et al. 2001: half of conversation's 6 in 100 words (one in a short line)",
        ),
        "medium": Preset({"rate": 0.06}, "Bortfeld et al. 2001: conversation's own rate, 5.97 in 100 words"),
        "strong": Preset(
            {"rate": 0.12},
            "no study known: twice conversation's rate; hesitation may read as unsure, so audit it",
        ),
    }

    rate: float = setting(0.06, low=0.0, high=1.0, unit="share of the words", neutral=0)
    kinds: str | Sequence[str] = options(tuple(KINDS), allowed=tuple(KINDS))
    fillers: str | Sequence[str] = options(("uh", "um"), allowed=("uh", "um", "er", "erm", "hmm"))

    def draw(self, rng: Generator, tokens: Tokens) -> dict[str, Any]:
        kinds = [kind for kind in KINDS if kind in self.kinds]
        places: dict[str, list[int]] = {}
        fillers = [self.fillers] if isinstance(self.fillers, str) else list(self.fillers)
        slots: dict[int, list[str]] = {}
        used: set[int] = set()
        count = touched(self.rate, len(tokens))
        while len(slots) < count and kinds:
            kind = _drawn_kind(rng, kinds)
            if kind not in places:
                places[kind] = _places(tokens, kind)
            free = [place for place in places[kind] if place not in used]
            if not free:
                kinds.remove(kind)
                continue
            at = free[int(rng.random() * len(free))]
            used |= {at - 1, at, at + 1}
            word = plain(tokens.forms[at])
            if kind == "filler":
                slots[at] = [fillers[int(rng.random() * len(fillers))] + ",", word]
            elif kind == "repetition":
                slots[at] = [word, word]
            else:
                slots[at] = [word, _broken_off(plain(tokens.forms[at + 1])) + "-", word]
        return {"edits": edits_at(tokens, slots)}

    def apply(self, text: str, edits: Sequence[Edit]) -> str:
        return splice(text, edits)


def _drawn_kind(rng: Generator, kinds: Sequence[str]) -> str:
    position = rng.random() * sum(KINDS[kind] for kind in kinds)
    for kind in kinds:
        position -= KINDS[kind]
        if position <= 0:
            return kind
    return kinds[-1] if kinds else ""


def _places(tokens: Tokens, kind: str) -> list[int]:
    fits = {"filler": _takes_filler, "repetition": _is_repeated, "false_start": _restarts}[kind]
    return [
        at
        for first, end in pairwise([*tokens.heads, len(tokens)])
        if end - first >= FEWEST
        for at in range(first, end)
        if fits(tokens, at)
    ]


_KEPT = ("url", "mention", "emoji", "phrase", "emotion", "negation")
_REPEATED = listed(
    "i you he she it we they the my your his her our their this that and but so because if in to of for with "
    "at on i'm you're he's she's it's we're they're that's i'll we'll i've what how who when where is was can could "
    "would should do"
)
_BEFORE_FILLER = listed(
    "the my your his her our their this that some and but so because if to of for with at on in was is are "
    "were be about like or into from i'm you're he's she's it's we're they're that's"
)
_RESTARTED = listed(
    "i he she we they the a an my your his our their to and we'll i'll i'm you're he's she's it's "
    "we're they're that's"
)
# These may be objects ("I'll see you later"), but not where a clause sets in.
_OBJECTS = listed("you it this that her")
_CLAUSE_FOLLOWS = {
    "",
    *listed("and but so if because when what how why think know guess hope mean said sure"),
}
_FIRST_WORDS = FUNCTION_WORDS - {
    "ok",
    "okay",
    "well",
    "still",
    "even",
    "too",
    "also",
    "like",
    "away",
    "cause",
}


def _takes_filler(tokens: Tokens, at: int) -> bool:
    word = tokens.forms[at]
    if not _hesitant(word) or not _free(tokens, at):
        return False
    if word.first:
        return word.text.lower().replace("’", "'") in _FIRST_WORDS or "'" in word.text
    return before(tokens, at) in _BEFORE_FILLER and word.text.lower() not in FUNCTION_WORDS


def _is_repeated(tokens: Tokens, at: int) -> bool:
    """A function word that its clause goes on after, unprotected, and not said twice already."""
    word = tokens.forms[at]
    low = word.text.lower().replace("’", "'")
    following = after(tokens, at)
    return (
        low in _REPEATED
        and not word.kind
        and bool(following)
        and following != low
        and (low not in _OBJECTS or before(tokens, at) in _CLAUSE_FOLLOWS)
        and before(tokens, at) != low
        and _hesitant(tokens.forms[at + 1])
        and not _shouted(word)
    )


def _restarts(tokens: Tokens, at: int) -> bool:
    """A word that a content word follows which can be broken off."""
    word = tokens.forms[at]
    low = word.text.lower().replace("’", "'")
    if low not in _RESTARTED and not (low in _OBJECTS and before(tokens, at) in _CLAUSE_FOLLOWS):
        return False
    if word.kind or not joined(tokens, at) or _shouted(word):
        return False
    following = tokens.forms[at + 1]
    return (
        not following.kind
        and not following.proper
        and following.text.islower()
        and following.text.isalpha()
        and following.text not in FUNCTION_WORDS
        and bool(_broken_off(following.text))
        and before(tokens, at) != low
    )


def _hesitant(word: Form) -> bool:
    return word.kind not in _KEPT and not _interjects(word.text)


@lru_cache(maxsize=16384)
def _interjects(text: str) -> bool:
    return INTERJECTIONS.fullmatch(text.lower()) is not None


def _free(tokens: Tokens, at: int) -> bool:
    """Whether what stands before word `at` is a word to hesitate after, and not a negation or a hyphen."""
    if at == 0:
        return True
    left = tokens.forms[at - 1]
    gap = tokens.gaps[at]
    return bool(gap) and gap[-1].isspace() and (tokens.forms[at].first or _hesitant(left))


def _shouted(word: Form) -> bool:
    return len(word.text) > 1 and word.text.isupper()


def _broken_off(word: str) -> str:
    """The head of `word` up to its first vowels: want -> wa, think -> thi, under -> un; "" where too little is left."""
    at = 0
    while at < len(word) and (word[at] not in "aeiouy" or (at == 0 and word[at] == "y")):
        at += 1
    head = word[: max(at + 1, 2)]
    return head if len(head) + 2 <= len(word) and head.isascii() and not word_kinds(head) else ""
