"""Speakers held out in turn, so that every original is judged by a classifier that never heard its speaker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from merhan.errors import MerhanError
from recipes.corpus.corpus import counted

if TYPE_CHECKING:
    from recipes.corpus import Corpus, Utterance

FOLDS = 10  # at most; with more speakers, several are held out together
SPEAKERS = 16  # whose originals are copied before those of others


class AuditError(MerhanError):
    """An audit can't be made of this corpus; the message says why and what to do."""


def originals_of(corpus: Corpus) -> Corpus:
    """The training originals, all rows where there is no split; their split is "train".

    Raises
    ------
    AuditError : no rows, one class, fewer than two speakers.
    """
    train = "train" if any(row.split for row in corpus) else None
    rows = [replace(row, split="train") for row in corpus.select(train, originals=True)]
    if not rows:
        raise AuditError(
            "There are no training originals to audit with: give rows the split train, or audit the corpus that the "
            "copies were made from."
        )
    classes = {row.hard_label for row in rows}
    if len(classes) < 2:
        raise AuditError(
            f"An audit tells emotions apart, and all {counted(len(rows))} to train on are {classes.pop()!r}; it needs "
            "two classes at least."
        )
    speakers = {row.speaker for row in rows if row.speaker}
    if len(speakers) < 2:
        said = "have no speaker" if not speakers else f"are all spoken by {speakers.pop()!r}"
        raise AuditError(
            f"An audit judges originals of speakers that the classifier has not heard, and the {counted(len(rows))} to "
            f"train on {said}; give the manifest a speaker column with two speakers at least "
            "(--columns speaker=YOURS)."
        )
    return corpus.replace(rows)


def folds_of(corpus: Corpus) -> np.ndarray:
    """The fold (rows,) in which each row is held out: whole speakers, the largest first, to the smallest fold.

    Rows of unknown speakers are together.
    """
    names, member = np.unique([row.speaker for row in corpus], return_inverse=True)
    sizes = np.bincount(member)
    filled = np.zeros(min(FOLDS, len(names)), int)
    fold = np.zeros(len(names), int)
    for speaker in sorted(range(len(names)), key=lambda at: (-sizes[at], at)):
        fold[speaker] = filled.argmin()
        filled[fold[speaker]] += sizes[speaker]
    return fold[member]


def sample(rows: Sequence[Utterance], most: int) -> np.ndarray:
    """Positions of up to `most` utterances a class: each speaker's first by id in turn, then the second …

    The sixteen speakers with the most rows come first, others where these have too few of a class: a voice is
    measured by 24 originals of its speaker, whatever number of its copies is wanted.
    """
    counts = Counter(row.speaker for row in rows)
    leading = set(sorted(counts, key=lambda name: (-counts[name], name))[:SPEAKERS])
    chosen: list[int] = []
    for label in sorted({row.hard_label for row in rows}):
        waiting: dict[str, list[int]] = {}
        for at in sorted(range(len(rows)), key=lambda at: rows[at].id):
            if rows[at].hard_label == label:
                waiting.setdefault(rows[at].speaker, []).append(at)
        first = _in_turn([waiting[name] for name in sorted(waiting) if name in leading])
        then = _in_turn([waiting[name] for name in sorted(waiting) if name not in leading])
        chosen += [*first, *then][:most]
    return np.array(sorted(chosen), int)


def _in_turn(lists: Sequence[Sequence[int]]) -> list[int]:
    """The first of each, then the second of each, and so on."""
    longest = max(map(len, lists), default=0)
    return [row for turn in range(longest) for row in (part[turn] for part in lists if turn < len(part))]


def others(rows: Sequence[Utterance], chosen: np.ndarray) -> np.ndarray:
    """For each of the chosen, another utterance of its speaker and class, the next by id; -1 where it has none."""
    groups: dict[tuple[str, str], list[int]] = {}
    for at in sorted(range(len(rows)), key=lambda at: rows[at].id):
        groups.setdefault((rows[at].speaker, rows[at].hard_label), []).append(at)
    found = []
    for at in chosen.tolist():
        group = groups[rows[at].speaker, rows[at].hard_label]
        place = group.index(at)
        found.append(group[(place + 1) % len(group)] if len(group) > 1 else -1)
    return np.array(found, int)
