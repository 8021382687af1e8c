"""A small corpus whose classes can be told apart by pitch, for trainings of seconds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import soundfile

from merhan.training.run import Silent
from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance

PITCH = {"anger": 320.0, "joy": 230.0, "neutral": 140.0}
COUNTS = {"anger": 2, "joy": 3, "neutral": 8}  # of each training speaker
LINES = {  # no line is in two splits
    "train": (
        "We could see the old house from the road.",
        "Put the small box on the kitchen table.",
        "They walked along the river for hours.",
        "Somebody should bring the other chair.",
        "The train to the city leaves at noon.",
    ),
    "dev": ("My brother plays chess on Sundays.", "It rained again last night.", "Which colour do you want?"),
    "test": (
        "Her office is on the third floor.",
        "Nobody answered when I rang.",
        "Dinner will be ready soon.",
    ),
}


def write_voice(path: Path, pitch: float, seconds: float = 0.5, rate: int = 16_000) -> None:
    """Harmonics of a slightly falling pitch that swell and fade."""
    time = np.arange(round(seconds * rate)) / rate
    phase = 2 * np.pi * np.cumsum(pitch * (1.05 - 0.1 * time / seconds)) / rate
    wave = sum(np.sin(h * phase) / h for h in range(1, 8))
    soundfile.write(path, 0.2 * wave * np.sin(np.pi * time / seconds), rate)


@pytest.fixture(scope="session")
def voices_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """26 training, 9 dev and 9 test rows of four speakers; made once, never written to."""
    folder = tmp_path_factory.mktemp("voices")
    (folder / "audio").mkdir()
    rows = []
    for s, (speaker, split) in enumerate(
        (("ann", "train"), ("ben", "train"), ("cleo", "dev"), ("dan", "test"))
    ):
        for label, pitch in PITCH.items():
            for i in range(COUNTS[label] if split == "train" else 3):
                key = f"{speaker}-{label}-{i}"
                write_voice(folder / "audio" / f"{key}.wav", pitch * (1 + 0.06 * s) + 4 * i, 0.5 + 0.03 * i)
                rows.append(
                    Utterance(
                        id=key,
                        label=label,
                        audio=f"audio/{key}.wav",
                        text=LINES[split][(s + i) % len(LINES[split])],
                        speaker=speaker,
                        split=split,
                    )
                )
    Corpus(tuple(rows), folder).save(folder, "csv")
    return folder


@pytest.fixture
def voices(voices_folder: Path) -> Corpus:
    """The corpus of voices."""
    return Corpus.load(voices_folder)


@pytest.fixture(scope="session")
def mute_folder(voices_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus of voices without texts: its models are kilobytes, and nothing reads before them."""
    folder = tmp_path_factory.mktemp("mute")
    (folder / "audio").symlink_to(voices_folder / "audio")
    voices = Corpus.load(voices_folder)
    voices.replace(replace(row, text="") for row in voices).save(folder, "csv")
    return folder


@pytest.fixture(scope="session")
def mute(mute_folder: Path) -> Corpus:
    """The corpus of voices without texts."""
    return Corpus.load(mute_folder)


class Said(Silent):
    """A reporter that keeps what is said."""

    def __init__(self) -> None:
        self.notes: list[str] = []

    def note(self, text: str) -> None:
        self.notes.append(text)


@pytest.fixture
def said() -> Said:
    """What is said to it is in its `notes`."""
    return Said()
