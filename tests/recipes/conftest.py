"""A small corpus of tones: three speakers, three classes, uneven."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import soundfile

from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance

SENTENCES = (
    "I never thought that we would see the house again.",
    "Please put the small box on the kitchen table now.",
    "They walked along the river and talked about the garden.",
    "Could somebody bring the big chair from the other room?",
    "We will start the long journey early in the morning.",
)


def write_tone(path: Path, pitch: float, seconds: float = 0.4, rate: int = 8000) -> None:
    """A harmonic tone that swells and fades, different for every pitch."""
    time = np.arange(round(seconds * rate)) / rate
    wave = sum(np.sin(2 * np.pi * pitch * h * time) / h for h in (1, 2, 3))
    soundfile.write(path, 0.2 * wave * np.sin(np.pi * time / seconds), rate)


@pytest.fixture(scope="session")
def tone_folder(tmp_path_factory):
    """24 training, 3 dev and 3 test files; made once, never to be written to."""
    folder = tmp_path_factory.mktemp("tones")
    (folder / "audio").mkdir()
    rows = []
    counts = {"neutral": 5, "joy": 2, "fear": 1}
    for s, speaker in enumerate(("anna", "ben", "cleo")):
        for c, (label, count) in enumerate(counts.items()):
            for i in range(count):
                key = f"{speaker}-{label}-{i}"
                write_tone(folder / "audio" / f"{key}.wav", 120 + 40 * s + 13 * c + 5 * i)
                text = f"{SENTENCES[(s + c + i) % 5]} {key.replace('-', ' ')}"
                rows.append(
                    Utterance(
                        id=key,
                        label=label,
                        audio=f"audio/{key}.wav",
                        text=text,
                        speaker=speaker,
                        split="train",
                    )
                )
    for s, split in enumerate(("dev", "test")):
        for c, label in enumerate(counts):
            key = f"{split}-{label}"
            write_tone(folder / "audio" / f"{key}.wav", 321 + 47 * s + 13 * c)
            rows.append(
                Utterance(
                    id=key,
                    label=label,
                    audio=f"audio/{key}.wav",
                    text=f"{split} {label}",
                    speaker=split,
                    split=split,
                )
            )
    Corpus(tuple(rows), folder).save(folder, "csv")
    return folder


@pytest.fixture
def tones(tone_folder):
    """The corpus of tones."""
    return Corpus.load(tone_folder)


@pytest.fixture
def lively():
    """A recipe that draws sound once a voice and once an utterance, and words."""
    return {
        "name": "lively",
        "balance": {"target": {"ratio": 1.0}, "max_copies": 6},
        "augment": {
            "voices": 3,
            "audio": [
                {"speed": {"factor": [[0.85, 0.95], [1.05, 1.15]], "scope": "speaker"}},
                {"gain": {"db": [-6, 3]}},
            ],
            "text": [{"random_swap": {"rate": 0.3}}],
            "gates": {"min_similarity": 0.3},
        },
    }


def tone_of(pitch: float, seconds: float = 0.3, rate: int = 8000) -> np.ndarray:
    """A harmonic tone that swells and fades, float32 (samples,)."""
    time = np.arange(round(seconds * rate)) / rate
    wave = sum(np.sin(2 * np.pi * pitch * h * time) / h for h in (1, 2, 3))
    return (0.2 * wave * np.sin(np.pi * time / seconds)).astype(np.float32)


class Columns:
    """What a Hugging Face dataset answers to, of it: rows, columns, names; it counts decoded sounds."""

    def __init__(self, rows, names=None):
        self.rows, self.decoded = rows, 0
        self.column_names = list(rows[0])
        self.features = dict.fromkeys(self.column_names)
        if names:
            self.features["label"] = SimpleNamespace(names=names)

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, key):
        if isinstance(key, str):
            assert key != "audio", "a whole column of sound must not be decoded"
            return [row[key] for row in self.rows]
        self.decoded += 1
        return dict(self.rows[key])


@pytest.fixture(scope="session")
def rows():
    """Twelve rows of both modalities: 8 of class 0, 3 of class 1, 1 of class 2; two speakers."""
    labels = [0] * 8 + [1] * 3 + [2]
    return [
        {
            "text": f"{SENTENCES[i % 5]} {'again and ' * (i // 5)}today",
            "audio": {"path": None, "array": tone_of(120 + 17 * i), "sampling_rate": 8000},
            "label": label,
            "speaker": "ab"[i % 2],
            "weight": i / 10,
        }
        for i, label in enumerate(labels)
    ]


@pytest.fixture
def hugging(rows):
    """The same as `datasets` would hold them, classes named."""
    return Columns(rows, ["neutral", "joy", "fear"])
