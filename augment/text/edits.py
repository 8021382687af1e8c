"""Edits of a text: which characters go, which come, with capitals, articles and spaces put right."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from augment.parameters import ParameterError
from augment.text.gaps import joined
from augment.text.grammar import article
from augment.text.languages import ENGLISH
from augment.text.pieces import Form
from augment.text.tokens import Tokens, Word

# [position in the text, what stands there, what is to stand there], in the order of the text; plain JSON.
Edit = list
Slots = list[list[str]]


def splice(text: str, edits: Sequence[Edit]) -> str:
    """`text` with each ``[start, old, new]`` of `edits` carried out; `start` counts characters of `text`.

    Raises
    ------
    ParameterError : where `old` is not at `start`: the edits were drawn for another text.
    """
    parts, at = [], 0
    for start, old, new in edits:
        if start < at or not text.startswith(old, start):
            raise ParameterError(
                "edits", f"{old!r} is not at character {start}; replay edits on the text they were drawn for"
            )
        parts += (text[at:start], new)
        at = start + len(old)
    return "".join(parts) + text[at:]


def slots_of(tokens: Tokens) -> Slots:
    """A slot for each word, holding it as it would stand inside a sentence; fill them anew, then `edits_of`."""
    return [[plain(form)] for form in tokens.forms]


def plain(word: Word | Form) -> str:
    """The word without the capital that it owes to standing first."""
    text = word.text
    if not word.first or word.proper or not text[0].isupper() or (len(text) > 1 and text.isupper()):
        return text
    return text[0].lower() + text[1:] if _one_letter(text[0].lower()) else text


def like(new: str, old: str) -> str:
    """`new` shouted or capitalised as `old` is."""
    if len(old) > 1 and old.isupper():
        return new.upper()
    return _raised(new) if old[0].isupper() else new


def edits_of(tokens: Tokens, slots: Slots) -> list[Edit]:
    """The edits that bring `slots` about: [] empties a slot, two words in one were put side by side.

    Whatever word now opens a sentence takes the capital that the first one had; a and an follow the new
    neighbour; the space and comma that an emptied slot leaves behind go with it.
    """
    filled = enumerate(zip(tokens.forms, slots, strict=True))
    return edits_at(tokens, {at: list(slot) for at, (form, slot) in filled if slot != [plain(form)]})


def edits_at(tokens: Tokens, slots: dict[int, list[str]]) -> list[Edit]:
    """As `edits_of`, from the slots that change alone, by position; it may add to them."""
    if not slots:
        return []
    texts = tokens.texts
    for at in tuple(slots):
        if at in tokens.firsts and texts[at][0].isupper():
            _raise_opening(tokens, slots, at)
    for at in sorted(slots):
        for place, said in enumerate(slots[at]):
            if said in _ARTICLES:
                _fit_article(tokens, slots, at, place)
        before = at - 1
        while slots.get(before) == []:
            before -= 1
        if before >= 0 and texts[before] in _ARTICLES and before not in slots:
            _fit_article(tokens, slots, before, 0)
    edits: list[Edit] = []
    done = 0
    for at in sorted(slots):
        if slot := slots[at]:
            new = " ".join(slot)
            if new != texts[at]:
                edits.append([tokens.start(at), texts[at], new])
        elif at >= done:
            done = at + 1
            while slots.get(done) == []:
                done += 1
            edits.append(_closed(tokens, at, done))
    return edits


def _one_letter(text: str) -> bool:
    return len(text) == 1 and len(text.upper()) == 1  # ß and İ change their length with their case


def _raised(text: str) -> str:
    return text[0].upper() + text[1:] if _one_letter(text[0]) else text


def _raise_opening(tokens: Tokens, slots: dict[int, list[str]], at: int) -> None:
    """The capital of a sentence's first word, `at`, goes to whatever opens it now."""
    end = tokens.sentence(at)[1]
    while at < end and slots.get(at) == []:
        at += 1
    if at < end:
        slot = slots.setdefault(at, [tokens.texts[at]])
        slot[0] = _raised(slot[0])


_ARTICLES = frozenset({"a", "A", "an", "An", "aN", "AN"})


def _fit_article(tokens: Tokens, slots: dict[int, list[str]], at: int, place: int) -> None:
    """Only where the article has a new neighbour: what the speaker said otherwise is left as said."""
    if tokens.language != ENGLISH:
        return
    slot = slots.get(at) or [tokens.texts[at]]
    said, then = slot[place], at
    if place + 1 < len(slot):
        follower = slot[place + 1]
    else:
        then += 1
        while slots.get(then) == []:
            then += 1
        if then == len(tokens):
            return
        follower = slots[then][0] if then in slots else tokens.texts[then]
    if _said_so(tokens, said, follower) or not all(map(str.isspace, tokens.gaps[at + 1 : then + 1])):
        return
    fitting = article(follower)
    if fitting != said.lower():
        slot[place] = like(fitting, said) if said != "A" else _raised(fitting)
        slots[at] = slot


def _said_so(tokens: Tokens, said: str, follower: str) -> bool:
    """Whether the speaker put this article before this word."""
    pair = said.lower(), follower.lower()
    return any((one.lower(), other.lower()) == pair for one, other in pairwise(tokens.texts))


def _closed(tokens: Tokens, first: int, last: int) -> Edit:
    """The edit that takes out words `first` to `last` (excluded) and joins the gaps around them."""
    gaps, text = tokens.gaps, tokens.texts[first]
    if last == first + 1 and gaps[first] == gaps[last] == " ":
        return [tokens.start(first), text + " ", ""]
    gap, old = gaps[first], gaps[first]
    for at in range(first + 1, last + 1):
        gap = joined(gap, gaps[at], first == 0, at == len(tokens))
        old += tokens.texts[at - 1] + gaps[at]
    same = 0
    while same < len(gap) and old[same] == gap[same]:
        same += 1
    return [tokens.start(first) - len(gaps[first]) + same, old[same:], gap[same:]]
