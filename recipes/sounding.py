"""How long copies last and what they take on disk, without making them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from augment.transform import Transform
from recipes.chains import Chains, build_chains
from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance
from recipes.readiness import able
from recipes.schema import Recipe

_FLAC = 0.55  # of 16-bit samples: speech, with noise or without


def seconds_a_copy(corpus: Corpus, recipe: Recipe, rows: Sequence[Utterance]) -> np.ndarray:
    """How long a copy of each row sounds, about, (rows,); 0 without audio.

    A file that can't be read counts as none: what is broken is said elsewhere.
    """
    return _sound(corpus, recipe, rows)[0]


def seconds_and_bytes(
    corpus: Corpus, recipe: Recipe, rows: Sequence[Utterance], copies: np.ndarray
) -> tuple[float, int]:
    """Of the copies whose sound changes; the others point to their source's file."""
    chains = _chains(recipe, rows)
    places = [i for i, row in enumerate(rows) if copies[i] and "audio" in able(chains[row.hard_label], row)]
    made = [rows[i] for i in places]
    seconds, rates = _sound(corpus, recipe, made)
    share = np.array([0.5 if chains[row.hard_label].either else 1.0 for row in made])
    seconds = seconds * share * np.asarray(copies)[places]
    return float(seconds.sum()), round(float((seconds * rates).sum()) * 2 * _FLAC)


def _sound(corpus: Corpus, recipe: Recipe, rows: Sequence[Utterance]) -> tuple[np.ndarray, np.ndarray]:
    """Seconds and rate of a copy of each row."""
    from augment.audio.files import AudioError, read_header

    chains = _chains(recipe, rows)
    found = np.zeros((2, len(rows)))
    for place, row in enumerate(rows):
        if not row.audio:
            continue
        try:
            header = read_header(corpus.audio_path(row))
        except AudioError:
            continue
        end = header.duration if row.end is None else min(row.end, header.duration)
        seconds = max(0.0, end - (row.start or 0.0))
        pairs = chains[row.hard_label].pairs
        for step in pairs.steps if pairs else ():
            seconds = _joined(step, seconds)
        found[:, place] = seconds, header.rate
    return found[0], found[1]


def _chains(recipe: Recipe, rows: Sequence[Utterance]) -> dict[str, Chains]:
    return {label: build_chains(recipe, label) for label in {row.hard_label for row in rows}}


def _joined(step: Transform, seconds: float) -> float:
    """How long an utterance of `seconds` becomes, on average and roughly."""
    members = getattr(step, "transforms", ())
    joined = np.mean([_joined(member, seconds) for member in members]) if members else step.about(seconds)
    return float(seconds + step.p * (joined - seconds))
