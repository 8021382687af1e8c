"""Words of a text and what stands between them; together they give the text back to the character."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from augment.text.languages import ENGLISH
from augment.text.pieces import Form, pieces_for
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
    """`words` of a `language`, and the `gaps` before, between and after them (always one more than words).

    An edit touches few words: `forms` are the words without their places, shared by all texts, and `words`
    are made when they are asked for. `heads` are the positions of the words that begin a sentence. Never
    write to any of them.
    """

    forms: Sequence[Form]
    texts: Sequence[str]
    gaps: Sequence[str]
    heads: Sequence[int]
    language: str = ENGLISH
    _words: tuple[Word, ...] | None = field(default=None, repr=False, compare=False)

    @property
    def words(self) -> tuple[Word, ...]:
        """Every word with its place."""
        if self._words is None:
            self._words = tuple(self._placed())
        return self._words

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
    pieces = pieces_for(
        protect if isinstance(protect, (tuple, str)) else tuple(protect), text.isupper(), language
    )
    forms: list[Form] = []
    texts: list[str] = []
    gaps: list[str] = []
    heads = [0]
    doubtful: list[int] = []
    gap, opening, after_emoji = "", True, False
    for before, word, form, after, emoji in chain.from_iterable(map(pieces.__getitem__, text.split(" "))):
        if form is None:
            gap += after
            continue
        gap += before
        if (gap != " " or after_emoji) and forms and _ends_sentence(gap, forms[-1], word):
            heads.append(len(forms))
            opening = True
        if opening:
            opening = form.shape in ("emoji", "mention", "url")
            if form.shape == "word":
                form = pieces.openings[word]
                if not form.proper:
                    doubtful.append(len(forms))
        gaps.append(gap)
        forms.append(form)
        texts.append(word)
        gap, after_emoji = after, emoji
    gaps.append(gap[:-1])  # every chunk brought a blank, the last one stands before none
    for at in doubtful:
        if texts.count(texts[at]) > 1:
            _same_name(forms, at, pieces.rules.names_kept)
    tokens = Tokens(forms, texts, gaps, heads, language)
    return _with_phrases(tokens, phrases) if phrases else tokens


_STOP = re.compile(r"[.!?…。！？]")
_QUOTE_OPENS = re.compile(r"(?:^|[\s,:—-])[\"“‘'«]$")


def _ends_sentence(gap: str, before: Form, token: str) -> bool:
    """Whether `token` opens a new sentence, `before` being the word ahead of `gap`."""
    if gap == " ":
        return before.shape == "emoji" and token[0].isupper()
    mark = _mark(gap)
    if mark == "stop" or mark == "pause":
        if gap[0] == "." and gap[1:2] != "." and (before.text.lower() in TITLES or _is_initial(before.text)):
            return False
        return mark == "stop" or not token[0].islower()
    return mark == "line" or (mark == "quote" and token[0].isupper())


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


def _same_name(forms: list[Form], at: int, protected: bool) -> None:
    """A word that is a name inside a sentence is one at the head of another: "Mark left. I miss Mark." """
    form = forms[at]
    if any(other.text == form.text and other.proper and not other.first for other in forms):
        kind = form.kind or ("name" if protected else "")
        forms[at] = replace(form, proper=True, kind=kind)


def _with_phrases(tokens: Tokens, phrases: Sequence[str]) -> Tokens:
    texts = [text.casefold() for text in tokens.texts]
    inside: set[int] = set()
    for phrase in (phrases,) if isinstance(phrases, str) else phrases:
        wanted = [text.casefold() for text in tokenise(phrase, ()).texts]
        for at in range(len(texts) - len(wanted) + 1 if wanted else 0):
            if texts[at : at + len(wanted)] == wanted:
                inside.update(range(at, at + len(wanted)))
    forms = [replace(form, kind="phrase") if at in inside else form for at, form in enumerate(tokens.forms)]
    return Tokens(forms, tokens.texts, tokens.gaps, tokens.heads, tokens.language)
