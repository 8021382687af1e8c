"""Edits of a text: which characters go, which come, with capitals, articles and spaces put right."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from augment.parameters import ParameterError
from augment.text.grammar import article
from augment.text.languages import ENGLISH, negates
from augment.text.protect import word_kinds
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
    return [[plain(word)] for word in tokens.words]


def plain(word: Word) -> str:
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
    slots = [list(slot) for slot in slots]
    _raise_first(tokens, slots)
    _fit_articles(tokens, slots)
    edits: list[Edit] = []
    emptied_from = None
    for at, (word, slot) in enumerate(zip(tokens.words, slots, strict=True)):
        if not slot:
            emptied_from = at if emptied_from is None else emptied_from
            continue
        if emptied_from is not None:
            edits.append(_closed(tokens, emptied_from, at))
            emptied_from = None
        new = " ".join(slot)
        if new != word.text:
            edits.append([word.start, word.text, new])
    if emptied_from is not None:
        edits.append(_closed(tokens, emptied_from, len(slots)))
    return edits


def removable(tokens: Tokens, at: int) -> bool:
    """Whether word `at` stands free, so that taking it out leaves no "and/", no "" and no stray mark."""
    left, right = tokens.gaps[at], tokens.gaps[at + 1]
    if tokens.words[at].text.endswith("."):
        return False  # "at 4 a.m.": its full stop is the sentence's too
    if left and right and not left[-1].isspace() and not right[0].isspace():
        return False  # alone in its quotes or brackets
    after_space = at == 0 or _SPACE.search(left)
    before_space = at == len(tokens.words) - 1 or _SPACE.search(right)
    return bool(after_space and before_space and _FREE_LEFT.search(left) and _FREE_RIGHT.match(right))


def insertable(tokens: Tokens) -> list[int]:
    """Places for a further word: before word n, or the number of words for the end of the text."""
    words = tokens.words
    places = [0] if words and tokens.language == ENGLISH else []
    for at, (before, word) in enumerate(pairwise(words), start=1):
        gap = tokens.gaps[at]
        apart = gap != "" and (gap[-1].isspace() or gap[-1] in _OPENERS)
        if tokens.language != ENGLISH and word.first:
            continue  # whether the word there would keep its capital is not known
        if apart and not _negates(before, tokens.language) and not before.kind == word.kind == "phrase":
            places.append(at)
    if words and not _negates(words[-1], tokens.language) and not words[-1].text.endswith("."):
        places.append(len(words))
    return places


def _negates(word: Word, language: str) -> bool:
    """Whether a word put behind `word` would come between a negation and what it negates."""
    if language != ENGLISH:
        return negates(word.text, language)
    return "negation" in word_kinds(word.text)


_OPENERS = "([{\"“‘«'¿¡—–"
_CLOSERS = ".,;:!?…)]}\"”’»'—–"
_SPACE = re.compile(r"\s")
_FREE_LEFT = re.compile(rf"(?:^|[\s{re.escape(_OPENERS)}])$")
_FREE_RIGHT = re.compile(rf"$|[\s{re.escape(_CLOSERS)}]")


def _one_letter(text: str) -> bool:
    return len(text) == 1 and len(text.upper()) == 1  # ß and İ change their length with their case


def _raised(text: str) -> str:
    return text[0].upper() + text[1:] if _one_letter(text[0]) else text


def _raise_first(tokens: Tokens, slots: Slots) -> None:
    for at, word in enumerate(tokens.words):
        if not word.first or not word.text[0].isupper():
            continue
        for slot, follower in zip(slots[at:], tokens.words[at:], strict=True):
            if follower.sentence != word.sentence:
                break
            if slot:
                slot[0] = _raised(slot[0])
                break


def _fit_articles(tokens: Tokens, slots: Slots) -> None:
    """Only where the article has a new neighbour: what the speaker said otherwise is left as said."""
    if tokens.language != ENGLISH:
        return
    known = {(left.text.lower(), right.text.lower()) for left, right in pairwise(tokens.words)}
    for (at, place), (then, next_place) in pairwise(_filled(slots)):
        said, follower = slots[at][place], slots[then][next_place]
        if said.lower() not in ("a", "an") or (said.lower(), follower.lower()) in known:
            continue
        if all(gap.isspace() for gap in tokens.gaps[at + 1 : then + 1]):
            fitting = article(follower)
            if fitting != said.lower():
                slots[at][place] = like(fitting, said) if said != "A" else _raised(fitting)


def _filled(slots: Slots) -> Iterator[tuple[int, int]]:
    return ((at, place) for at, slot in enumerate(slots) for place in range(len(slot)))


def _closed(tokens: Tokens, first: int, last: int) -> Edit:
    """The edit that takes out words `first` to `last` (excluded) and joins the gaps around them."""
    gap = tokens.gaps[first]
    for at in range(first + 1, last + 1):
        gap = _joined(gap, tokens.gaps[at], starts=first == 0, ends=at == len(tokens.words))
    start = tokens.words[first].start - len(tokens.gaps[first])
    words = zip(tokens.gaps[first:last], tokens.words[first:last], strict=True)
    old = "".join(part for before, word in words for part in (before, word.text)) + tokens.gaps[last]
    same = next(
        (at for at, (a, b) in enumerate(zip(old, gap, strict=False)) if a != b), min(len(old), len(gap))
    )
    return [start + same, old[same:], gap[same:]]


def _joined(left: str, right: str, *, starts: bool, ends: bool) -> str:
    """One gap of two: punctuation stays where it stood, no comma without its phrase, one space for two."""
    marks, then = left.rstrip(), right.lstrip()
    if then[:1] in (",", ";") and ((starts and not marks) or marks.endswith(_BEFORE_COMMA)):
        right = then[1:]
    elif marks[-1:] in (",", ";") and (then.startswith(_BEFORE_NO_COMMA) or (ends and not then)):
        left = marks[:-1] + left[len(marks) :]
    elif marks.strip() and marks.strip() == right.strip():
        return right
    return _spaced(left, right, starts=starts, ends=ends)


_BEFORE_COMMA = tuple(',;:.!?…—–-([{"“‘«')
_BEFORE_NO_COMMA = tuple(".!?;:…)")


def _spaced(left: str, right: str, *, starts: bool, ends: bool) -> str:
    marks, then = left.rstrip(), right.lstrip()
    space, next_space = left[len(marks) :], right[: len(right) - len(then)]
    if starts and not marks:
        kept = space  # the text's own indent
    elif ends and not then:
        kept = next_space
    elif not space or not next_space:
        kept = ""  # what follows was joined to the word, or the word to what precedes
    elif "\n" in space or "\n" in next_space:
        kept = space if "\n" in space else next_space
    else:
        kept = min(space, next_space, key=len)
    return marks + kept + then
