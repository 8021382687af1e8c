"""Letters gone wrong in one word, and which slips must not be made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache

from numpy.random import Generator

from augment.text.edits import Edit, like
from augment.text.pieces import Form
from augment.text.protect import word_kinds
from augment.text.rates import drawn, touched
from augment.text.tokens import Tokens
from augment.text.wordlists import listed

Slip = Callable[[Generator, str], str]  # a word in lower case to its slip, "" where it has none


def slipped(rng: Generator, tokens: Tokens, rate: float, places: Sequence[int], slip: Slip) -> list[Edit]:
    """The edits that put slips into `rate` of the words, of those at `places`, at most one each."""
    wanted = touched(rate, len(tokens))
    found: dict[int, str] = {}
    for at in drawn(rng, places, len(places) if wanted else 0):
        text = tokens.forms[at].text
        new = slip(rng, text.lower())
        if new and new != text.lower():
            found[at] = like(new, text)
            if len(found) == wanted:
                break
    return [[tokens.start(at), tokens.forms[at].text, found[at]] for at in sorted(found)]


@lru_cache(maxsize=65536)
def may_slip(form: Form) -> bool:
    """Whether a word may have one: plain letters, in lower case, with a capital or shouted, unprotected."""
    text = form.text
    return (
        not form.kind
        and text.isascii()
        and text.isalpha()
        and text in (text.lower(), text.capitalize(), text.upper())
    )


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
