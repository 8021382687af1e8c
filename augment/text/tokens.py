"""Words of a text and what stands between them; together they give the text back to the character."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from augment.text.grammar import is_word
from augment.text.languages import ENGLISH, NOUNS_IN_CAPITALS, seen_as
from augment.text.protect import DEFAULT_PROTECT, check_protect, word_kinds
from augment.text.wordlists import FUNCTION_WORDS, GIVEN_NAMES, TITLES


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


@dataclass(frozen=True, slots=True)
class Tokens:
    """`words` of a `language`, and the `gaps` before, between and after them (always one more than words)."""

    words: tuple[Word, ...]
    gaps: tuple[str, ...]
    language: str = ENGLISH

    def __str__(self) -> str:
        pairs = zip(self.gaps, self.words, strict=False)
        return "".join(part for gap, word in pairs for part in (gap, word.text)) + self.gaps[-1]

    def __len__(self) -> int:
        return len(self.words)


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
    kept = check_protect(protect)
    shouted = text.isupper()
    words: list[Word] = []
    gaps: list[str] = []
    end, sentence, opening, before = 0, 0, True, ""
    for match in _WORD.finditer(text):
        gap, shape, token = text[end : match.start()], match.lastgroup or "", match.group()
        end = match.end()
        if words and _ends_sentence(gap, before, token):
            sentence, opening = sentence + 1, True
        if shape == "word":
            first = opening
            if language == ENGLISH:
                proper = not token.islower() and _keeps_capitals(token, opening, shouted)
                kind = _kind(token, proper, kept)
            else:
                proper, kind = seen_as(token, opening, shouted, language)
                kind = kind if kind in kept else ""
        else:
            first, proper, kind = False, True, shape if shape in kept else ""
        words.append(Word(token, match.start(), end, kind, sentence, first, proper or "." in token))
        gaps.append(gap)
        opening = opening and shape in ("emoji", "mention", "url")
        before = shape if shape == "emoji" else token
    gaps.append(text[end:])
    names = kept - {"name"} if language in NOUNS_IN_CAPITALS else kept
    tokens = Tokens(tuple(_same_names(words, names)), tuple(gaps), language)
    return _with_phrases(tokens, phrases) if phrases else tokens


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
_STOP = re.compile(r"[.!?…。！？]")
_QUOTE_OPENS = re.compile(r"(?:^|[\s,:—-])[\"“‘'«]$")


def _ends_sentence(gap: str, before: str, token: str) -> bool:
    """Whether `token` opens a new sentence, `before` being the word ahead of `gap` (or "emoji")."""
    if gap == " ":
        return before == "emoji" and token[0].isupper()
    if "\n" in gap:
        return True
    if _STOP.search(gap):
        if gap[0] == "." and not gap.startswith("..") and (before.lower() in TITLES or _is_initial(before)):
            return False
        return not (token[0].islower() and ("..." in gap or "…" in gap))
    return token[0].isupper() and _QUOTE_OPENS.search(gap) is not None


def _is_initial(word: str) -> bool:
    return len(word) == 1 and word.isupper() and word != "I"


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


def _same_names(words: list[Word], kept: frozenset[str]) -> Iterable[Word]:
    """A word that is a name inside a sentence is one at the head of another: "Mark left. I miss Mark." """
    names = {word.text for word in words if word.proper and not word.first}
    hidden = {at for at, word in enumerate(words) if word.first and not word.proper and word.text in names}
    if not hidden:
        return words
    kind = "name" if "name" in kept else ""
    return [
        word._replace(proper=True, kind=word.kind or kind) if at in hidden else word
        for at, word in enumerate(words)
    ]


def _with_phrases(tokens: Tokens, phrases: Sequence[str]) -> Tokens:
    texts = [word.text.casefold() for word in tokens.words]
    inside: set[int] = set()
    for phrase in (phrases,) if isinstance(phrases, str) else phrases:
        wanted = [word.text.casefold() for word in tokenise(phrase, ()).words]
        for at in range(len(texts) - len(wanted) + 1 if wanted else 0):
            if texts[at : at + len(wanted)] == wanted:
                inside.update(range(at, at + len(wanted)))
    words = (word._replace(kind="phrase") if at in inside else word for at, word in enumerate(tokens.words))
    return Tokens(tuple(words), tokens.gaps, tokens.language)
