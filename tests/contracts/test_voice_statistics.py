"""What a pseudo-speaker stands on: measured against its voice's statistics, a copy is what its source was."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from augment.transform import find_transform, transform_names
from merhan.features.cache import FeatureCache
from merhan.features.extract import extract
from merhan.features.normalise import Normaliser
from merhan.features.settings import FeatureSettings
from merhan.features.voices import voice_changes
from recipes import Corpus, materialise, voices
from recipes.corpus.utterance import Utterance

SCOPED = [name for name in transform_names() if find_transform(name).speaker_scope]


def spoken(pitch: float, seconds: float, seed: int, rate: int = 16_000) -> np.ndarray:
    """Syllables: harmonics of a wandering pitch under formants that move, with hiss and pauses between them."""
    rng = np.random.default_rng(seed)
    time = np.arange(round(seconds * rate)) / rate
    knots = np.linspace(0, seconds, 8)
    track = pitch * 2 ** (np.interp(time, knots, rng.normal(0, 2, 8)) / 12)
    phase = 2 * np.pi * np.cumsum(track) / rate
    formants = [np.interp(time, knots, rng.uniform(low, high, 8)) for low, high in ((300, 800), (900, 2200))]
    wave = np.zeros_like(time)
    for h in range(1, int(3800 / pitch)):
        weight = sum(np.exp(-(((h * track - formant) / 180) ** 2)) for formant in formants)
        wave += (weight + 0.05 / h) * np.sin(h * phase)
    envelope = np.clip(np.sin(2 * np.pi * 2.5 * time + rng.uniform(0, 6)) + 0.5, 0, 1)
    return (0.15 * wave * envelope + 0.002 * rng.standard_normal(len(time))).astype(np.float32)


@pytest.fixture(scope="module")
def corpus(tmp_path_factory) -> Corpus:
    folder = tmp_path_factory.mktemp("spoken")
    rows = []
    for speaker, pitch in (("ann", 200.0), ("ben", 120.0)):
        for n in range(8):
            key = f"{speaker}{n}"
            higher = 2 ** (n % 2 * 4 / 12)
            soundfile.write(folder / f"{key}.wav", spoken(pitch * higher, 1.0 + 0.1 * n, n), 16_000)
            label = ("calm", "cross")[n % 2]
            rows.append(
                Utterance(id=key, label=label, audio=f"{key}.wav", text="a", speaker=speaker, split="train")
            )
    Corpus(tuple(rows), folder).save(folder, "csv")
    return Corpus.load(folder)


def drift(corpus: Corpus, step: dict, out: Path) -> tuple[float, float]:
    """Mean square of what parts copies from their sources in normalised functionals: by the statistics of their
    voice, and by those of their source.
    """
    recipe = {
        "name": "one",
        "summary": "One step.",
        "evidence": ["docs/evidence.md"],
        "balance": {"target": {"copies": 1}},
        "augment": {
            "modalities": "audio",
            "voices": 2,
            "audio": [step],
            "gates": {"min_voiced": 0, "min_snr_db": -60},
        },
    }
    made = materialise(corpus, recipe, out).corpus
    settings, cache = FeatureSettings(), FeatureCache(None)
    raw = extract(made, settings, cache=cache)
    changes = voice_changes(made, voices(made), settings, cache=cache)
    normaliser = Normaliser.fit(made, raw, settings, changes)
    vectors = dict(zip((u.id for u in made), raw.functionals, strict=True))
    by_id = {u.id: u for u in made}
    own, naive = [], []
    for copy in made:
        if not copy.is_copy:
            continue
        source = by_id[copy.source_id]
        there = normaliser.functionals(vectors[source.id], normaliser.of(source))
        for found, statistics in ((own, normaliser.of(copy)), (naive, normaliser.of(source))):
            found.append(np.square(normaliser.functionals(vectors[copy.id], statistics) - there).mean())
    assert len(own) == 16
    return float(np.mean(own)), float(np.mean(naive))


def test_a_shift_of_pitch_is_far_less_of_an_emotion_by_the_voices_own_statistics(corpus, tmp_path):
    own, naive = drift(corpus, {"pitch_shift": "voice"}, tmp_path / "out")
    assert own < 0.5 * naive


@pytest.mark.parametrize("name", SCOPED)
def test_every_step_drawn_once_a_voice_is_better_measured_by_its_own_statistics(name, corpus, tmp_path):
    own, naive = drift(corpus, {name: "voice"}, tmp_path / "out")
    assert own < 0.85 * naive
