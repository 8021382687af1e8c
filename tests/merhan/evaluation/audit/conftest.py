"""A corpus whose emotion is its pitch: what moves pitch moves decisions, what leaves it leaves them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from merhan.features.cache import FeatureCache
from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance

PITCH = {"calm": 150.0, "glad": 190.0}  # 4 semitones apart
SPEAKERS = {"ann": 1.0, "ben": 0.9, "cleo": 1.1, "dan": 0.95}
EACH = 6  # utterances of a speaker and class


def write_tone(path: Path, pitch: float, seconds: float, seed: int, rate: int = 16_000) -> None:
    """Harmonics of a falling pitch that swell and fade, with a little noise."""
    time = np.arange(round(seconds * rate)) / rate
    phase = 2 * np.pi * np.cumsum(pitch * (1.05 - 0.1 * time / seconds)) / rate
    wave = sum(np.sin(h * phase) / h for h in range(1, 12))
    noise = 0.003 * np.random.default_rng(seed).standard_normal(len(time))
    soundfile.write(path, 0.15 * wave * np.sin(np.pi * time / seconds) + noise, rate)


@pytest.fixture(scope="session")
def pitched_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """48 rows of four speakers and two classes, without splits and text; made once, never written to."""
    folder = tmp_path_factory.mktemp("pitched")
    (folder / "audio").mkdir()
    rows = []
    for s, (speaker, higher) in enumerate(SPEAKERS.items()):
        for label, pitch in PITCH.items():
            for i in range(EACH):
                key = f"{speaker}-{label}-{i}"
                own = pitch * higher * (1 + 0.01 * i)
                write_tone(folder / "audio" / f"{key}.wav", own, 0.5 + 0.02 * i, seed=100 * s + i)
                rows.append(Utterance(id=key, label=label, audio=f"audio/{key}.wav", speaker=speaker))
    Corpus(tuple(rows), folder).save(folder, "csv")
    return folder


@pytest.fixture
def pitched(pitched_folder: Path) -> Corpus:
    """The corpus whose emotion is its pitch."""
    return Corpus.load(pitched_folder)


@pytest.fixture(scope="session")
def kept_features(tmp_path_factory: pytest.TempPathFactory) -> FeatureCache:
    """A cache that the tests share."""
    return FeatureCache(tmp_path_factory.mktemp("features"))
