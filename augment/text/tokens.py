"""Words of a text and what stands between them; together they give the text back to the character."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from augment.text.languages import ENGLISH
from augment.text.pieces import Form, Pieces, pieces_for
from augment.text.protect import DEFAULT_PROTECT
from augment.text.wordlists import TITLES


class Word(NamedTuple):
    """One word: `text` is what stands from `start` to `end` (characters) of the whole."""

    text: str
    start: int
    end: int
    kind: str  # why it is protected (one of DEFAULT_PROTECT, or "phrase"); "" where it may be changed
    sentence: int  # number of its sentence, from 0
    first: bool  # opens its sentence, so that a capital says nothing
    proper: bool  # keeps its capitals wherever it stands: a name, an acronym, "I"

    @property
    def protected(self) -> bool:
        """Whether the word must stay as and where it is."""
        return self.kind != ""


@dataclass(slots=True)  # frozen, it would take three times as long to make, and one is made for every text
class Tokens:
    """The words of a text (`texts`, as written), and the `gaps` before, between and after them (one more).

    An edit touches few words, so what a word is is looked up when it is asked for: `form` for one, `forms` for
    all, `words` for all with their places. Never write to any of these.
    """

    texts: tuple[str, ...]
    gaps: tuple[str, ...]
    heads: tuple[int, ...]  # positions of the words that begin a sentence
    firsts: tuple[int, ...]  # positions of those whose capital says nothing
    # Numbers, emoji, addresses, phrases to keep; None for each of `firsts`.
    special: Mapping[int, Form | None]
    known: Pieces = field(repr=False, compare=False)
    with_synonyms: Sequence[int] | None = field(default=None, repr=False, compare=False)  # see context.py
    _forms: Sequence[Form] | None = field(default=None, repr=False, compare=False)
    _words: tuple[Word, ...] | None = field(default=None, repr=False, compare=False)

    @property
    def language(self) -> str:
        """Its two-letter code."""
        return self.known.rules.language

    @property
    def forms(self) -> Sequence[Form]:
        """What every word is."""
        if self._forms is None:
            self._forms = [self.form(at) for at in range(len(self.texts))]
        return self._forms

    @property
    def words(self) -> tuple[Word, ...]:
        """Every word with its place."""
        if self._words is None:
            self._words = tuple(self._placed())
        return self._words

    def form(self, at: int) -> Form:
        """What word `at` (from 0) is."""
        if at not in self.special:
            return self.known.inside[self.texts[at]]
        return self.special[at] or self._opening(self.texts[at])

    def _opening(self, text: str) -> Form:
        """A word at the head of a sentence; it is a name if it is one inside another: "Mark left. I miss Mark." """
        form = self.known.openings[text]
        if form.proper or self.texts.count(text) == 1 or not self.known.inside[text].proper:
            return form
        if all(at in self.firsts for at, other in enumerate(self.texts) if other == text):
            return form
        return replace(form, proper=True, kind=form.kind or ("name" if self.known.rules.names_kept else ""))

    def _placed(self) -> Iterator[Word]:
        end, sentence, heads = 0, -1, set(self.heads)
        for at, (gap, form) in enumerate(zip(self.gaps, self.forms, strict=False)):
            start = end + len(gap)
            end = start + len(form.text)
            sentence += at in heads
            yield Word(form.text, start, end, form.kind, sentence, form.first, form.proper)

    def start(self, at: int) -> int:
        """Where word `at` begins, in characters of the text."""
        return len("".join(self.gaps[: at + 1])) + len("".join(self.texts[:at]))

    def sentence(self, at: int) -> tuple[int, int]:
        """The sentence of word `at`: its first word and the one behind its last."""
        heads = self.heads
        if len(heads) == 1:
            return 0, len(self.texts)
        number = bisect_right(heads, at)
        return heads[number - 1], heads[number] if number < len(heads) else len(self.texts)

    def __str__(self) -> str:
        pairs = zip(self.gaps, self.texts, strict=False)
        return "".join(chain.from_iterable(pairs)) + self.gaps[-1]

    def __len__(self) -> int:
        return len(self.texts)


def tokenise(
    text: str,
    protect: Sequence[str] = DEFAULT_PROTECT,
    phrases: Sequence[str] = (),
    language: str = ENGLISH,
) -> Tokens:
    """Split `text` into words and gaps: ``str(tokenise(text)) == text`` for every string.

    Contractions (can't), hyphens (well-known), addresses, @names, #tags, numbers (10:30, $3.50), emoji and
    emoticons are one word each; punctuation and space are gaps.

    Parameters
    ----------
    protect : the whole list of what is kept, of negation, number, url, mention, emoji, name, emotion.
    phrases : further words or runs of words to keep, whatever their case.
    language : its two-letter code; of all but English only numbers, negations and names are known.

    Raises
    ------
    ParameterError : for an unknown kind in `protect`.
    """
    kept = protect if isinstance(protect, (tuple, str)) else tuple(protect)
    found = _remembered(text, kept, language) if len(text) <= _LONGEST else _tokens(text, kept, language)
    return _with_phrases(found, phrases) if phrases else found


def _tokens(text: str, protect: tuple[str, ...] | str, language: str) -> Tokens:
    known = pieces_for(protect, text.isupper(), language)
    texts: list[str] = []
    gaps: list[str] = []
    heads, firsts = [0], []
    special: dict[int, Form | None] = {}
    gap, opening, previous = "", True, None
    for before, word, other, after in chain.from_iterable(map(known.__getitem__, text.split(" "))):
        if not word:
            gap += after
            continue
        gap += before
        if (gap != " " or previous) and texts and _ends_sentence(gap, texts[-1], previous, word):
            heads.append(len(texts))
            opening = True
        if other is not None:
            special[len(texts)] = other
            opening = opening and other.shape in ("emoji", "mention", "url")
        elif opening:
            special[len(texts)] = None
            firsts.append(len(texts))
            opening = False
        gaps.append(gap)
        texts.append(word)
        gap, previous = after, other
    gaps.append(gap[:-1])  # every chunk brought a blank, the last one stands before none
    return Tokens(tuple(texts), tuple(gaps), tuple(heads), tuple(firsts), special, known)


# A text comes up once for every copy of it, for its gates, and in every epoch: about 1 kB each.
_LONGEST = 500
_remembered = lru_cache(maxsize=16_384)(_tokens)


_STOP = re.compile(r"[.!?…。！？]")
_QUOTE_OPENS = re.compile(r"(?:^|[\s,:—-])[\"“‘'«]$")


def _ends_sentence(gap: str, before: str, other: Form | None, word: str) -> bool:
    """Whether `word` opens a new sentence, `before` being the word ahead of `gap`, `other` what it is if no word."""
    if gap == " ":
        return other is not None and other.shape == "emoji" and word[0].isupper()
    mark = _mark(gap)
    if mark == "stop" or mark == "pause":
        if gap[0] == "." and gap[1:2] != "." and (before.lower() in TITLES or _is_initial(before)):
            return False
        return mark == "stop" or not word[0].islower()
    return mark == "line" or (mark == "quote" and word[0].isupper())


@lru_cache(maxsize=1024)
def _mark(gap: str) -> str:
    """What in `gap` may end a sentence: line, stop, pause, quote, or "" for nothing."""
    if "\n" in gap:
        return "line"
    if _STOP.search(gap):
        return "pause" if "..." in gap or "…" in gap else "stop"
    return "quote" if _QUOTE_OPENS.search(gap) else ""


def _is_initial(word: str) -> bool:
    return len(word) == 1 and word.isupper() and word != "I"


def _with_phrases(tokens: Tokens, phrases: Sequence[str]) -> Tokens:
    texts = [text.casefold() for text in tokens.texts]
    inside: set[int] = set()
    for phrase in (phrases,) if isinstance(phrases, str) else phrases:
        wanted = [text.casefold() for text in tokenise(phrase, ()).texts]
        for at in range(len(texts) - len(wanted) + 1 if wanted else 0):
            if texts[at : at + len(wanted)] == wanted:
                inside.update(range(at, at + len(wanted)))
    kept = {at: replace(tokens.form(at), kind="phrase") for at in inside}
    return Tokens(
        tokens.texts, tokens.gaps, tokens.heads, tokens.firsts, {**tokens.special, **kept}, tokens.known
    )
