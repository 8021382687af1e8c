"""Synonyms in other languages than English, from tables in the user's folder (`python -m augment.text.omw` makes them).

Nothing there is inflected: a word is looked up as it stands, and replaced by a word as the table has it.
"""

from __future__ import annotations

import lzma
from functools import lru_cache
from pathlib import Path

from augment.parameters import Unavailable
from augment.text.languages import ENGLISH, LANGUAGES, NOUNS_IN_CAPITALS
from augment.text.tokens import Tokens

CLEAR = 0.8  # share of a word's uses that one part of speech must have


def folder() -> Path:
    """Where tables are looked for: ~/.config/merhan-balance/synonyms on Linux."""
    from platformdirs import user_config_path

    return user_config_path("merhan-balance") / "synonyms"


def table_file(language: str) -> Path:
    """The table of a language, whether it is there or not."""
    return folder() / f"{language}.tsv.xz"


def languages() -> list[str]:
    """Those with synonyms: English, and what lies in the user's folder."""
    found = [path.name.removesuffix(".tsv.xz") for path in folder().glob("*.tsv.xz")]
    return sorted({ENGLISH, *(code for code in found if code in LANGUAGES)})


def check_table(language: str) -> None:
    """Make sure that there are synonyms in `language`.

    Raises
    ------
    Unavailable : there are none; names the languages that have some, and says how to get a table.
    """
    if language != ENGLISH:
        _table_of(language)


def synonyms_in(word: str, language: str) -> tuple[str, ...]:
    """Synonyms of `word` (whatever its case), best first; () where none is safe.

    Raises
    ------
    Unavailable : as `check_table`.
    """
    return _table_of(language).get(word.casefold(), ())


def with_synonyms(tokens: Tokens) -> list[int]:
    """Positions of the words that have synonyms and may be changed."""
    nouns, table = tokens.language in NOUNS_IN_CAPITALS, _table_of(tokens.language)
    return [
        at
        for at, form in enumerate(tokens.forms)
        if not form.kind and (nouns or not form.proper) and form.text.casefold() in table
    ]


def _table_of(language: str) -> dict[str, tuple[str, ...]]:
    path = table_file(language)
    try:
        return _table(path)
    except FileNotFoundError:
        raise Unavailable(
            "language",
            f"there are no {LANGUAGES[language][1]} synonyms here, only {', '.join(languages())}; make a table with "
            f"`python -m augment.text.omw {language}` (Open Multilingual Wordnet, through NLTK), or put one in {path}",
        ) from None
    except (OSError, ValueError, lzma.LZMAError) as error:
        raise Unavailable("language", f"{path} is no table of synonyms ({error}); make it anew") from error


@lru_cache(maxsize=4)
def _table(path: Path) -> dict[str, tuple[str, ...]]:
    """word -> synonyms of the part of speech that it nearly always is."""
    parts: dict[str, list[tuple[int, tuple[str, ...]]]] = {}
    for line in lzma.decompress(path.read_bytes()).decode("utf-8").splitlines():
        lemma, _, count, words = line.split("\t")
        parts.setdefault(lemma.casefold(), []).append((int(count), tuple(words.split())))
    table = {}
    for lemma, uses in parts.items():
        count, words = max(uses, key=lambda use: use[0])
        if words and count >= CLEAR * sum(count for count, _ in uses):
            table[lemma] = words
    return table
