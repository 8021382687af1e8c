"""A pool of tones, each known by its pitch."""

from __future__ import annotations

import numpy as np
import pytest

from augment import Audio, Member, Pool, Sample

RATE = 16_000
MEMBERS = [  # id, class, speaker; f is alone of its kind
    Member("a", "joy", "anna"),
    Member("b", "joy", "anna"),
    Member("c", "joy", "anna"),
    Member("d", "fear", "anna"),
    Member("e", "joy", "ben"),
    Member("f", "fear", "ben"),
]
TEXTS = {
    "a": "I found it.",
    "b": "Look at me",
    "c": "we made it",
    "d": "No!",
    "e": "Great.",
    "f": "Run!",
}


def tone(name: str, rate: int = RATE, level: float = 0.2) -> np.ndarray:
    """A tone with 0.1 s of faint noise before and after, 0.2 s longer for each letter; (samples,)."""
    number = "abcdefgh".index(name)
    seconds = 0.5 + 0.2 * number
    time = np.arange(round(seconds * rate)) / rate
    quiet = np.random.default_rng(number).standard_normal(round(0.1 * rate)) * 0.001
    sound = level * np.sqrt(2) * np.sin(2 * np.pi * (200 + 100 * number) * time)
    return np.concatenate([quiet, sound, quiet]).astype(np.float32)


def sample_of(name: str) -> Sample:
    return Sample(name, Audio(tone(name), RATE), TEXTS[name])


class Shelf:
    """Reads tones, and counts how often."""

    def __init__(self) -> None:
        self.read: list[str] = []

    def __call__(self, name: str) -> Sample:
        self.read.append(name)
        return sample_of(name)


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def pool(shelf) -> Pool:
    return Pool(reversed(MEMBERS), shelf)


@pytest.fixture
def sample():
    """The utterance of a letter."""
    return sample_of
