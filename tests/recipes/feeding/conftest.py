"""Datasets of dicts as users have them, without a package for them."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

TEXTS = (
    "I never thought that we would see the house again",
    "Please put the small box on the kitchen table now",
    "They walked along the river and talked about the garden",
    "We will start the long journey early in the morning",
)


def tone(pitch: float, seconds: float = 0.3, rate: int = 8000) -> np.ndarray:
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
            "text": f"{TEXTS[i % 4]} {'again and ' * (i // 4)}today",
            "audio": {"path": None, "array": tone(120 + 17 * i), "sampling_rate": 8000},
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
