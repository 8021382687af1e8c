"""Three small runs on sound alone: kilobytes each, trained in seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from merhan import train
from recipes.corpus.corpus import Corpus

RECIPE = {
    "name": "small",
    "summary": "A small one.",
    "train": {"epochs": 2, "batch_size": 8, "class_weights": {"method": "balanced"}},
    "model": {"lstm_size": 8, "width": 16, "heads": 2},
}


@pytest.fixture(scope="session")
def recipe() -> dict:
    """What the runs were trained by."""
    return RECIPE


@pytest.fixture(scope="session")
def runs(mute: Corpus, tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Two seeds; never written to."""
    folder = tmp_path_factory.mktemp("members")
    return [train(mute, RECIPE, folder / str(s), seed=s, latency_repeats=1).folder for s in (0, 1)]
