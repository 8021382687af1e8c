"""Letters gone wrong in one word, and which slips must not be made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from numpy.random import Generator

from augment.text.clauses import apostrophe
from augment.text.edits import Edit, like
from augment.text.protect import word_kinds
from augment.text.rates import shuffled, touched
from augment.text.tokens import Tokens
from augment.text.wordlists import listed
from augment.transform import Preset

Slip = Callable[[Generator, str], str]  # a word in lower case to its slip, "" where it has none


def slip_presets(strong: str) -> Mapping[str, Preset]:
    """Light, medium, strong, the last with its evidence."""
    line = "no study known for emotion; one slip in a line of MELD's mean length (9 words)"
    noise = "no study known for emotion; models trained on such noise resist it (arXiv:1711.02173)"
    return {
        "light": Preset({"rate": 0.05}, line),
        "medium": Preset({"rate": 0.1}, noise),
        "strong": Preset({"rate": 0.25}, f"arXiv:1711.02173: {strong}; audit it"),
    }


def slipped(rng: Generator, tokens: Tokens, rate: float, slip: Slip) -> list[Edit]:
    """The edits that put slips into `rate` of the words, at most one each, none into a protected one."""
    wanted = touched(rate, len(tokens))
    found: dict[int, str] = {}
    for at in shuffled(rng, len(tokens)):
        if len(found) == wanted:
            break
        form = tokens.forms[at]
        if form.kind or not _is_plain(form.text):
            continue
        new = slip(rng, form.text.lower())
        if new:
            found[at] = like(new.replace("'", apostrophe(tokens)) if "'" in new else new, form.text)
    return [[tokens.start(at), tokens.forms[at].text, found[at]] for at in sorted(found)]


@lru_cache(maxsize=65536)
def _is_plain(text: str) -> bool:
    """Whether a word is of plain letters, in lower case, with a capital or shouted."""
    letters = text.replace("'", "").replace("’", "")
    return letters.isascii() and letters.isalpha() and text in (text.lower(), _capital(text), text.upper())


def _capital(text: str) -> str:
    return text[0].upper() + text[1:].lower()


@lru_cache(maxsize=65536)
def harmless(word: str) -> bool:
    """Whether a slip brings in no negation, number, emotion or obscenity: "now" is never mistyped as "not"."""
    return word not in _OBSCENE and not word_kinds(word)


# Beside those that VADER's raters judged, which `word_kinds` knows.
_OBSCENE: frozenset[str] = listed(
    "anal anus arse boner cock coon cum dildo dyke fag fags homo hoe hoes horny jizz negro nigga pecker penis piss "
    "poo poop prick pube pussy queer rape rectum semen sex shag shite skank slag spic tit tits turd twat vagina wank "
    "fuk fuc fck shti sht"
)


def table_of(rows: str) -> Mapping[str, tuple[str, ...]]:
    """ "word other other" a line, "#" for comments, as word -> others."""
    listed: dict[str, list[str]] = {}
    for line in rows.splitlines():
        if line and not line.startswith("#"):
            word, *others = line.split()
            listed.setdefault(word, []).extend(others)
    return {word: tuple(dict.fromkeys(others)) for word, others in listed.items()}
