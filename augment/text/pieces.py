"""What stands between two blanks: words, the marks around them, and what each word is; looked up once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from sys import intern
from typing import NamedTuple

from augment.text.grammar import is_word
from augment.text.languages import ENGLISH, NOUNS_IN_CAPITALS, seen_as
from augment.text.protect import check_protect, word_kinds
from augment.text.wordlists import FUNCTION_WORDS, GIVEN_NAMES, TITLES

# How many chunks and forms are remembered, and how long a chunk may be: about 10 MB where all are used.
REMEMBERED = 16_384
LONGEST = 48


@dataclass(frozen=True, slots=True)
class Form:
    """A word without its place: all that can be said of it wherever it stands."""

    text: str
    kind: str  # why it is protected (one of DEFAULT_PROTECT, or "phrase"); "" where it may be changed
    first: bool  # opens its sentence, so that a capital says nothing
    proper: bool  # keeps its capitals wherever it stands: a name, an acronym, "I"
    shape: str  # url, mention, emoji, number or word


class Piece(NamedTuple):
    """A word with the marks before and behind it; no word in marks alone."""

    before: str
    text: str
    other: Form | None  # what it is, if it is a number, address, emoji; None for words, whose place has a say
    after: str


class Rules(NamedTuple):
    """What decides what a word is, beside the word: the kinds to keep, capitals throughout, the language."""

    kept: frozenset[str]
    shouted: bool
    language: str

    @property
    def names_kept(self) -> bool:
        """Whether a capital makes a word one that is kept."""
        return "name" in self.kept and self.language not in NOUNS_IN_CAPITALS


class Pieces(dict[str, tuple[Piece, ...]]):
    """The pieces of a chunk (what stands between two blanks), each chunk taken apart the first time only.

    No word has a blank in it, and no rule for words looks past one: a text is made of its chunks, and the
    chunks of everyday speech are few.
    """

    def __init__(self, rules: Rules):
        self.rules = rules
        self.inside = _Forms(rules, first=False)
        self.openings = _Forms(rules, first=True)

    def __missing__(self, chunk: str) -> tuple[Piece, ...]:
        word = chunk.rstrip(".,!?")
        # What the pattern would find, in a third of its time; xD is a face.
        if all(map(str.isalpha, word.split("'"))) and word[0] not in "xX":
            pieces = (Piece("", word, None, intern(chunk[len(word) :] + " ")),)
        else:
            pieces = tuple(self._found(chunk))
        if len(chunk) <= LONGEST:
            if len(self) >= REMEMBERED:
                self.clear()
            self[chunk] = pieces
        return pieces

    def _found(self, chunk: str) -> Iterator[Piece]:
        matches = list(_WORD.finditer(chunk))
        if not matches:
            yield Piece("", "", None, chunk + " ")
        for at, match in enumerate(matches, start=1):
            before = chunk[: match.start()] if at == 1 else ""
            behind = (
                chunk[match.end() :] + " " if at == len(matches) else chunk[match.end() : matches[at].start()]
            )
            yield Piece(before, match.group(), self._other(match), intern(behind))

    def _other(self, match: re.Match[str]) -> Form | None:
        shape = match.lastgroup or ""
        if shape == "word":
            return None
        return Form(match.group(), shape if shape in self.rules.kept else "", False, True, shape)


class _Forms(dict[str, Form]):
    """Words (no numbers, addresses or emoji) as they are inside a sentence, or at its head."""

    def __init__(self, rules: Rules, first: bool):
        self.rules = rules
        self.first = first

    def __missing__(self, token: str) -> Form:
        rules, first = self.rules, self.first
        if rules.language == ENGLISH:
            proper = not token.islower() and _keeps_capitals(token, first, rules.shouted)
            kind = _kind(token, proper, rules.kept)
        else:
            proper, kind = seen_as(token, first, rules.shouted, rules.language)
            kind = kind if kind in rules.kept else ""
        form = Form(token, kind, first, proper or "." in token, "word")
        if len(token) <= LONGEST:
            if len(self) >= REMEMBERED:
                self.clear()
            self[token] = form
        return form


@lru_cache(maxsize=8)
def pieces_for(protect: tuple[str, ...] | str, shouted: bool, language: str) -> Pieces:
    """What is remembered of chunks under one set of rules; `shouted` texts are all capitals."""
    return Pieces(Rules(check_protect(protect), shouted, language))


# Letters with the marks that belong to them (accents typed apart, Indic and Thai vowel signs, joiners).
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0dff\u0e31-\u0e4e\u200c\u200d"
_PICTURE = "[\u2600-\u27bf\u2b00-\u2bff\u2194-\u2199\u21a9\u21aa\u2300-\u23ff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
_WORD = re.compile(
    rf"""
    (?P<url>(?:https?://|www\.)[^\s<>"“”]*[^\s<>"“”.,;:!?'’)\]]
      |[\w.+-]+@\w[\w-]*(?:\.\w+)+
      |\b[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*\.(?:com|org|net|edu|gov|io|tv|co\.uk|info)\b(?:/[^\s<>"“”]*[\w/])?)
    |(?P<mention>[@\#](?=\w)[\w-]*\w)
    |(?P<emoji>[\U0001f1e6-\U0001f1ff]{{2}}
      |[0-9\#*]\ufe0f?\u20e3
      |{_PICTURE}[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*
        (?:\u200d{_PICTURE}[\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]*)*
      |(?<![\w{_MARKS}])(?:[<>]?[:;=][-o*'^]?'?[()\[\]DdPp/\\|}}{{@3oO0*$xX]+(?!\w)
        |[xX]D+\b|</?3+(?!\w)|(?:\^[_.]?\^|o[_.]o|>[_.]<|-[_.]-|t_t|;_;|u_u)(?!\w)|[(\[][-o]?[:;=]'?(?!\w)|\\o/|¯\\_\(ツ\)_/¯))
    |(?P<number>[$£€¥]?\d+(?:[.,:/]\d+)*(?:%|°|€|\w+)?(?!\w)(?![-'’]\w))
    |(?P<word>(?<!\w)['’‘](?:cause|cuz|em|til|bout|tis|twas|kay)\b
      |(?:[^\W\d_]\.){{2,}}(?!\w)
      |[^\W_][\w{_MARKS}]*(?:(?:['’\-‐‑]|(?<=[A-Z])&(?=[A-Z]))[^\W_][\w{_MARKS}]*)*(?:(?<=\w\win)['’](?!\w))?)
    """,
    re.VERBOSE | re.IGNORECASE,
)


def _keeps_capitals(token: str, opening: bool, shouted: bool) -> bool:
    """Whether the capitals of `token` are its own rather than its place's, or shouting."""
    bare = token.removesuffix("'s").removesuffix("’s")
    lower = bare.lower()
    if lower.partition("'")[0].partition("’")[0] == "i":
        return True
    if shouted or bare.islower():
        return False
    if bare.isupper() and len(bare) > 1:
        return not is_word(lower)
    if any(character.isupper() for character in bare[1:]) and "-" not in bare:
        return True
    if opening:
        return lower in TITLES or lower in GIVEN_NAMES or not is_word(lower)
    return bare[0].isupper() and lower not in FUNCTION_WORDS


def _kind(token: str, proper: bool, kept: frozenset[str]) -> str:
    for kind in word_kinds(token):
        if kind in kept:
            return kind
    named = proper and not (token[0] in "Ii" and token[1:2] in ("", "'", "’"))
    return "name" if named and "name" in kept else ""
