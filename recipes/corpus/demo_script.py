"""Who says what in the demo corpus, in which split and with which emotion: its script, not its sound."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.random import Generator

from augment.randomness import generator
from recipes.corpus.demo_prosody import SPEAKERS, Speaker

# Train keeps the proportions of MELD's train split; dev and test have as many of each.
_MELD = {
    "neutral": 4710, "joy": 1743, "surprise": 1205, "anger": 1109, "sadness": 683, "disgust": 271, "fear": 268,
}  # fmt: skip
EMOTIONS = tuple(_MELD)
_TRAIN = 640
_EACH = 20


@dataclass(frozen=True)
class Line:
    """A sentence and the emotions it may be said with."""

    text: str
    emotions: tuple[str, ...]


@dataclass(frozen=True)
class Part:
    """One utterance to be spoken."""

    id: str
    split: str
    line: Line
    emotion: str
    speaker: Speaker


def read_lines() -> list[Line]:
    """The sentences of demo_lines.tsv, in the file's order."""
    rows = Path(__file__).with_name("demo_lines.tsv").read_text(encoding="utf-8").splitlines()[1:]
    pairs = (row.split("\t") for row in rows)
    return [Line(text, tuple(emotions.split(","))) for emotions, text in pairs]


def split_lines(lines: list[Line], seed: int) -> dict[str, list[Line]]:
    """Every line in one split; each set of emotions is shared out alike."""
    order = generator(seed, "lines", stream="demo").permutation(len(lines))
    mixed = sorted((lines[i] for i in order), key=lambda line: line.emotions)
    splits: dict[str, list[Line]] = {"train": [], "dev": [], "test": []}
    for position, line in enumerate(mixed):
        splits[{0: "dev", 3: "test"}.get(position % 6, "train")].append(line)
    return splits


def write_script(seed: int) -> list[Part]:
    """All parts, by split, then as the speakers' turns come."""
    script = []
    for split, lines in split_lines(read_lines(), seed).items():
        speakers = [speaker for speaker in SPEAKERS if speaker.split == split]
        rng = generator(seed, split, stream="demo")
        turns = []
        for emotion in EMOTIONS:
            fitting = _dealt(
                [line for line in lines if emotion in line.emotions], _how_many(split, emotion), rng
            )
            first = int(rng.integers(len(speakers)))
            # A line's turns follow one another, so nobody says it twice with the same emotion.
            turns += [
                (line, emotion, speakers[(first + turn) % len(speakers)]) for turn, line in enumerate(fitting)
            ]
        for number, place in enumerate(rng.permutation(len(turns)), start=1):
            line, emotion, speaker = turns[place]
            script.append(Part(f"demo-{split}-{number:04d}", split, line, emotion, speaker))
    return script


def _dealt(lines: list[Line], count: int, rng: Generator) -> list[Line]:
    """`count` turns; one of a line that fits two emotions for two of a line that fits this alone."""
    lines = [lines[i] for i in rng.permutation(len(lines))]
    shares = np.cumsum([1 / len(line.emotions) for line in lines])
    turns = (np.arange(count) + rng.random()) * (shares[-1] / count)
    return [lines[i] for i in np.searchsorted(shares, turns)]


def _how_many(split: str, emotion: str) -> int:
    if split != "train":
        return _EACH
    return round(_TRAIN * _MELD[emotion] / sum(_MELD.values()))
