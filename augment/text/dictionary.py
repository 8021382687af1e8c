"""lemminflect's dictionary of English words and their forms (Jascob 2020, from the NIH's SPECIALIST lexicon).

The same answers as lemminflect's own, for words in lower case; but its files are only cut into lines, and a line is
read when somebody asks for the word: what a process needs before its first synonym takes a fifth of the time.
"""

from __future__ import annotations

import gzip
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

_Forms = dict[str, tuple[str, ...]]


def lemmas(form: str) -> _Forms:
    """Lemmas of `form` (lower case) by part of speech, lower case: {"NOUN": ("saw",), "VERB": ("see", "saw")}.

    {} where the dictionary does not have it. As `lemminflect.getAllLemmas`.
    """
    return _lower(_listed_lemmas(form) | _corrected("lemma").get(form, {}))


def inflections(lemma: str) -> _Forms:
    """Forms of `lemma` (lower case) by Penn tag, lower case: {"NN": ("house",), "NNS": ("houses",), "VBD": …}.

    {} where the dictionary does not have it. As `lemminflect.getAllInflections`.
    """
    return _lower(_listed_inflections(lemma) | _corrected("infl").get(lemma, {}))


def every_form() -> Iterator[str]:
    """Every form that the dictionary has, in the case in which it has it."""
    return iter(_lines("lemma").keys() | _corrected("lemma").keys())


def _listed_lemmas(form: str) -> _Forms:
    from lemminflect.codecs.LemmaLUCodec import LemmaLUCodec
    from lemminflect.core.LexicalUtils import categoryToUPos

    read = map(LemmaLUCodec.fromString, _lines("lemma").get(form, ()))
    return {categoryToUPos(category): words for _, category, words in read}


def _listed_inflections(lemma: str) -> _Forms:
    from lemminflect.codecs.InflectionLUCodec import InflectionLUCodec

    found: _Forms = {}
    if auxiliary := InflectionLUCodec.updateForAuxMod({}).get(lemma):
        return auxiliary
    for line in _lines("infl").get(lemma, ()):
        found |= InflectionLUCodec.fromString(line)[2]
    return found


def _lower(forms: _Forms) -> _Forms:
    return {name: tuple(map(str.lower, words)) for name, words in forms.items()}


@lru_cache(maxsize=2)
def _lines(name: str) -> dict[str, list[str]]:
    """By word, what the dictionary of lemmas ("lemma") or inflections ("infl") says of it."""
    lines: dict[str, list[str]] = {}
    for line in gzip.decompress((_folder() / f"{name}_lu.csv.gz").read_bytes()).decode().splitlines():
        lines.setdefault(line[: line.index(",")], []).append(line)
    return lines


@lru_cache(maxsize=2)
def _corrected(name: str) -> dict[str, _Forms]:
    from lemminflect.codecs.OverridesCodec import OverridesCodec

    return OverridesCodec.load(str(_folder() / f"{name}_overrides.csv"))


def _folder() -> Path:
    from lemminflect import config

    return Path(config.proj_resources)
