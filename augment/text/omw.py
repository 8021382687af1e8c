"""Make a table of synonyms in another language from the Open Multilingual Wordnet, through NLTK.

    python -m nltk.downloader wordnet omw-1.4
    python -m augment.text.omw pl
    python -m augment.text.omw de --tab wn-data-deu.tab

The first line is needed once; `--tab` takes any wordnet in the OMW's tab format, for a language that NLTK has not. The
table goes to the user's folder, where `language: pl` finds it. Its rows are those of the English one (see
scripts/build_synonyms.py): lemma, part of speech, uses, synonyms best first. How often a word is used in a sense is not
counted in these wordnets; the English words of the sense stand in for that. A synonym is taken only where the sense is
the usual one on both sides, and senses that bear emotion in English, or are vulgar, are left out whole.
"""

from __future__ import annotations

import argparse
import lzma
import re
import sys
from collections.abc import Iterator
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

from augment.parameters import ParameterError
from augment.text.blocked import BLOCKED, BLOCKED_USE
from augment.text.languages import ENGLISH, LANGUAGES, language_code
from augment.text.protect import EMOTIONAL_FROM, valence
from augment.text.tables import table_file

MEANT = 0.5  # share of a word's uses in which it means what the synonym means
SAID = 0.45  # share of the synonym's uses in which it means that
MOST = 4  # synonyms kept of one word
PARTS = {"n": "n", "v": "v", "a": "a", "s": "a", "r": "r"}
_WORD = re.compile(r"[^\W\d_]{2,}(?:-[^\W\d_]{2,})*")  # single words: an inflected phrase is no lemma


def main(arguments: list[str] | None = None) -> None:
    """The command; see the module."""
    parser = argparse.ArgumentParser("python -m augment.text.omw", description=__doc__.splitlines()[0])
    parser.add_argument("language", help="its code: pl, pol")
    parser.add_argument(
        "--tab", type=Path, help="a wordnet in the tab format of the OMW, instead of NLTK's own"
    )
    parser.add_argument("--out", type=Path, help="instead of the file in the user's folder")
    given = parser.parse_args(arguments)
    try:
        code = language_code(given.language)
        if code == ENGLISH:
            raise ParameterError("language", "the English table is built in")
        rows = list(Wordnet(LANGUAGES[code][0], given.tab).rows())
    except ParameterError as error:
        sys.exit(f"{error}.")
    out = given.out or table_file(code)
    out.parent.mkdir(parents=True, exist_ok=True)
    # xz keeps no time and no name, so the same rows are the same bytes.
    out.write_bytes(lzma.compress("".join(rows).encode(), preset=9 | lzma.PRESET_EXTREME))
    filled = sum(not row.endswith("\t\n") for row in rows)
    print(f"{out}: {filled} words with synonyms, {out.stat().st_size / 1000:.0f} kB")


class Wordnet:
    """The words of one language (three-letter code) and what they mean; from NLTK, or from a tab file.

    Raises
    ------
    ParameterError : NLTK's data are not there, or have not the language; `tab` can't be read.
    """

    def __init__(self, code: str, tab: Path | None = None):
        from nltk.corpus import wordnet

        self.code = code
        try:
            wordnet.ensure_loaded()
            if tab is not None:
                with tab.open(encoding="utf-8") as file:
                    wordnet.custom_lemmas(file, code)
            elif code not in wordnet.langs():
                raise ParameterError(
                    "language",
                    f"NLTK has no wordnet {code!r}, only {', '.join(sorted(wordnet.langs()))}; or give a --tab file",
                )
        except LookupError:
            raise ParameterError(
                "nltk", "finds no data: run `python -m nltk.downloader wordnet omw-1.4`, or set NLTK_DATA"
            ) from None
        except (OSError, ValueError) as error:
            if isinstance(error, ParameterError):
                raise
            raise ParameterError("tab", f"{tab} can't be read: {error}") from error
        self._wordnet = wordnet
        self.senses = lru_cache(maxsize=None)(self._senses)
        self.weight = lru_cache(maxsize=None)(_weight)

    def rows(self) -> Iterator[str]:
        """The table's lines."""
        for lemma in self.lemmas:
            for part, senses in sorted(self.senses(lemma).items()):
                uses = round(sum(map(self.weight, senses)))
                yield f"{lemma}\t{part}\t{uses}\t{' '.join(self.ranked(lemma, part))}\n"

    @cached_property
    def lemmas(self) -> list[str]:
        """Single words, sorted."""
        return sorted(filter(_WORD.fullmatch, set(self._wordnet.all_lemma_names(lang=self.code))))

    def ranked(self, lemma: str, part: str) -> list[str]:
        """The synonyms of `lemma` as `part` of speech, best first."""
        score: dict[str, float] = {}
        for sense in self.senses(lemma)[part]:
            if self.share(lemma, part, sense) < MEANT or _left_out(sense):
                continue
            for word in sense.lemma_names(self.code):
                if word.casefold() != lemma.casefold() and _WORD.fullmatch(word):
                    said = self.share(word, part, sense)
                    if said >= SAID:
                        score[word] = said * self.weight(sense)
        return sorted(score, key=lambda word: (-score[word], word))[:MOST]

    def share(self, lemma: str, part: str, sense: Any) -> float:
        """Of the uses of `lemma` as `part` of speech, those in `sense`."""
        senses = self.senses(lemma).get(part, ())
        return self.weight(sense) / sum(map(self.weight, senses)) if sense in senses else 0.0

    def _senses(self, lemma: str) -> dict[str, list[Any]]:
        found: dict[str, list[Any]] = {}
        for sense in self._wordnet.synsets(lemma, lang=self.code):
            if sense is not None and lemma in sense.lemma_names(self.code):
                found.setdefault(PARTS[sense.pos()], []).append(sense)
        return found


def _weight(sense: Any) -> float:
    """How often the English words of a sense were met in it; a half more, as many were never met."""
    return sum(lemma.count() for lemma in sense.lemmas()) + 0.5


def _left_out(sense: Any) -> bool:
    english = [name.lower() for name in sense.lemma_names()]
    said_as = {domain.name().split(".")[0] for domain in sense.usage_domains()}
    vulgar = not BLOCKED.isdisjoint(english) or bool(said_as & BLOCKED_USE)
    return vulgar or any(abs(valence(name)) >= EMOTIONAL_FROM for name in english)


if __name__ == "__main__":
    main()
