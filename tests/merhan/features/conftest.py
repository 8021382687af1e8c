"""Small corpora of harmonic tones, whose pitch and timbre the tests choose."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from merhan.features.cache import FeatureCache
from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance


def tone(f0: float | np.ndarray, seconds: float = 0.5, rate: int = 16_000, level: float = 0.3) -> np.ndarray:
    """Eight harmonics, falling as 1 / number, of a fixed pitch or a track of it (Hz a sample)."""
    phase = 2 * np.pi * np.cumsum(np.broadcast_to(f0, (round(seconds * rate),))) / rate
    wave = sum(np.sin(number * phase) / number for number in range(1, 9))
    return (level * wave / np.abs(wave).max()).astype(np.float32)


@pytest.fixture
def harmonic() -> Callable[..., np.ndarray]:
    return tone


@pytest.fixture
def cache(tmp_path: Path) -> FeatureCache:
    return FeatureCache(tmp_path / "cache")


@pytest.fixture
def corpus_of(tmp_path: Path) -> Callable[..., Corpus]:
    """Rows as dicts of Utterance fields, `f0` in Hz instead of audio (None: text alone)."""
    import soundfile

    def make(*rows: dict) -> Corpus:
        utterances = []
        for row in rows:
            f0, fields = row.pop("f0", None), {"label": "calm", "split": "train", **row}
            if f0 is not None:
                fields["audio"] = f"{fields['id']}.wav"
                rng = np.random.default_rng(int(f0))
                hiss = rng.normal(0, 0.001, 8_000).astype(np.float32)
                soundfile.write(tmp_path / fields["audio"], tone(f0) + hiss, 16_000, subtype="PCM_16")
            utterances.append(Utterance(**fields))
        return Corpus(tuple(utterances), tmp_path)

    return make
