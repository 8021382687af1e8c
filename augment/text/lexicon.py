"""Synonyms, best first and inflected like the word they stand for, from WordNet's table in data/.

Princeton WordNet 3.0 (Fellbaum 1998), built by scripts/build_synonyms.py; inflection by lemminflect.
"""

from __future__ import annotations

import lzma
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from augment.text.dictionary import inflections, lemmas
from augment.text.protect import EMOTIONAL_FROM, valence, word_kinds
from augment.text.wordlists import FUNCTION_WORDS, STATIVE

USUAL = 0.2  # share of a form's uses that a part of speech must have
PARTS_OF_SPEECH = {"n": "NOUN", "v": "VERB", "a": "ADJ", "r": "ADV"}
_TAGS = {"n": "NN", "v": ("VB", "MD"), "a": "JJ", "r": "RB"}  # how Penn tags of each begin
# What may stand in for a form that is not listed: a past for a participle, an adjective's for an adverb's.
_ALIKE = {
    "VBD": ("VBN",),
    "VBN": ("VBD",),
    "JJR": ("RBR",),
    "JJS": ("RBS",),
    "RBR": ("JJR",),
    "RBS": ("JJS",),
}


class Reading(NamedTuple):
    """What a form may be: `part` of speech (n, v, a, r), how often (`count`), its lemma and its synonyms."""

    part: str
    count: int
    lemma: str
    synonyms: tuple[str, ...]


@lru_cache(maxsize=16_384)
def synonyms(word: str) -> tuple[str, ...]:
    """Synonyms of `word` in its most frequent use that has any: "movies" -> ("films",); () where none is safe.

    They are inflected like `word` (worried -> concerned), in lower case, and feel alike: a word that bears no
    emotion gets none that does.
    """
    form = word.lower()
    if not _may_have(form):
        return ()
    return next((reading.synonyms for reading in readings(form) if reading.synonyms), ())


@lru_cache(maxsize=65536)
def readings(form: str) -> tuple[Reading, ...]:
    """Every part of speech that `form` (lower case) can be, the most frequent first."""
    if form in FUNCTION_WORDS:
        return ()
    found = []
    for part, lemma in _lemmas(form):
        count, listed = _table().get((lemma, part), (0, ()))
        tags = _tags(form, lemma, part) if listed else ()
        fitting = (_inflected(synonym, part, tags) for synonym in listed)
        feeling = tuple(word for word in fitting if word and word != form and _feels_like(word, form))
        found.append(Reading(part, count, lemma, tuple(dict.fromkeys(feeling))))
    return tuple(sorted(found, key=lambda reading: -reading.count))


def _may_have(form: str) -> bool:
    """Whether `form` (lower case) may have synonyms, so that other words need no reading to have none."""
    having = _having()
    return form in having or any(map(having.intersection, lemmas(form).values()))


@lru_cache(maxsize=1)
def _having() -> frozenset[str]:
    """The lemmas that have synonyms."""
    return frozenset(lemma for (lemma, _), (_, listed) in _table().items() if listed)


@lru_cache(maxsize=65536)
def usual_tags(form: str) -> frozenset[str]:
    """The Penn tags that `form` (lower case) usually bears: "beds" -> {"NNS"}; none for an unknown or function word."""
    found = readings(form)
    uses = sum(reading.count for reading in found)
    usual = [reading for reading in found if reading.count >= USUAL * uses]
    return frozenset(tag for reading in usual for tag in _tags(form, reading.lemma, reading.part))


@lru_cache(maxsize=1)
def _table() -> dict[tuple[str, str], tuple[int, tuple[str, ...]]]:
    """(lemma, part of speech) -> how often WordNet's annotators met it, its synonyms best first."""
    packed = (files("augment.text") / "data" / "synonyms.tsv.xz").read_bytes()
    rows = (line.split("\t") for line in lzma.decompress(packed).decode().splitlines())
    return {(lemma, part): (int(count), tuple(words.split())) for lemma, part, count, words in rows}


def _lemmas(form: str) -> list[tuple[str, str]]:
    """(part, lemma) for each part of speech; of several lemmas the most frequent (saw: see)."""
    known, table = lemmas(form), _table()
    chosen = []
    for part, name in PARTS_OF_SPEECH.items():
        found = [*known.get(name, ()), *((form,) if (form, part) in table else ())]
        if found:
            chosen.append((part, max(found, key=lambda lemma: table.get((lemma, part), (0, ()))[0])))
    return chosen


def _tags(form: str, lemma: str, part: str) -> tuple[str, ...]:
    """The Penn tags under which `lemma` takes this form: worried -> VBD, VBN; () for the lemma itself."""
    known = {tag: forms for tag, forms in inflections(lemma).items() if tag.startswith(_TAGS[part])}
    # Further forms are rare ones: "dad" as a plural, "wed" as a past.
    usual = tuple(tag for tag, forms in known.items() if form == forms[0])
    return usual or tuple(tag for tag, forms in known.items() if form in forms)


def _inflected(lemma: str, part: str, tags: tuple[str, ...]) -> str:
    """`lemma` in the form that all `tags` agree on, "" where they do not, or none is known."""
    if tags == ("VBG",) and lemma in STATIVE:
        return ""
    forms = set()
    for tag in tags or ("",):
        if tag in ("", "NN", "VB", "VBP", "JJ", "RB"):
            forms.add(lemma)
        else:
            known = inflections(lemma)
            forms.add(next((known[name][0] for name in (tag, *_ALIKE.get(tag, ())) if known.get(name)), ""))
    return forms.pop() if len(forms) == 1 else ""


def _feels_like(word: str, source: str) -> bool:
    kinds = word_kinds(source)
    if "emotion" not in kinds:
        return not word_kinds(word) or word_kinds(word) == kinds
    return abs(valence(word)) < EMOTIONAL_FROM or valence(word) * valence(source) > 0
