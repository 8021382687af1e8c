from __future__ import annotations

import numpy as np
import pytest

from merhan.features import voices as module
from merhan.features.extract import Job, hear_all
from merhan.features.frames import F0, VOICED
from merhan.features.functionals import functional_names
from merhan.features.settings import FeatureSettings
from merhan.features.voices import deal, training_originals, voice_changes
from recipes.corpus.utterance import Utterance

SETTINGS = FeatureSettings()
FASTER = [{"name": "speed", "scope": "speaker", "settings": {}, "params": {"factor": 1.08}}]
NAMES = functional_names()


@pytest.fixture
def corpus(corpus_of):
    train = [{"id": f"a{n}", "speaker": "A", "f0": 100 + 20 * n} for n in range(3)]
    others = [
        {"id": "b", "speaker": "B", "f0": 200},
        {"id": "a-dev", "speaker": "A", "f0": 300, "split": "dev"},
        {"id": "a0~1", "speaker": "A", "f0": 310, "source_id": "a0", "copy": 1},
        {"id": "a-text", "speaker": "A", "text": "no sound"},
    ]
    return corpus_of(*train, *others)


def test_classes_are_dealt_evenly_in_order_of_id():
    rows = [Utterance(id=f"c{n}", label="calm") for n in (3, 1, 2)] + [Utterance(id="x", label="cross")]
    assert [u.id for u in deal(rows)] == ["c1", "x", "c2", "c3"]
    many = [Utterance(id=f"{n:02}", label="calm") for n in range(40)]
    assert [u.id for u in deal([*many, Utterance(id="z", label="cross")])][:3] == ["00", "z", "01"]
    assert len(deal(many)) == 24


def test_only_training_originals_with_audio_tell_of_a_voice(corpus):
    assert [u.id for u in training_originals(corpus, "A")] == ["a0", "a1", "a2"]


def test_a_faster_voice_is_higher_by_its_factor(corpus, cache):
    change = voice_changes(corpus, {"A#1": FASTER}, SETTINGS, cache=cache)["A#1"]
    assert change.functionals[NAMES.index("f0_mean")] == pytest.approx(12 * np.log2(1.08), abs=0.05)
    assert change.functionals[NAMES.index("log_duration")] == pytest.approx(-np.log(1.08), abs=0.01)
    assert change.frames[F0] == pytest.approx(12 * np.log2(1.08), abs=0.05)
    assert change.frames[VOICED] == 0


def test_the_change_is_the_mean_difference(corpus, cache):
    change = voice_changes(corpus, {"A#1": FASTER}, SETTINGS, cache=cache)["A#1"]
    rows = training_originals(corpus, "A")
    before = hear_all([Job.of(corpus, row) for row in rows], SETTINGS, cache=cache)
    after = hear_all([Job.of(corpus, row, FASTER) for row in rows], SETTINGS, cache=cache)
    expected = np.mean([b.functionals - a.functionals for a, b in zip(before, after, strict=True)], axis=0)
    assert change.functionals == pytest.approx(expected, abs=1e-5)


def test_a_voice_is_worked_out_once(corpus, cache, monkeypatch):
    first = voice_changes(corpus, {"A#1": FASTER}, SETTINGS, cache=cache)
    monkeypatch.setattr(module, "_differences", None)
    again = voice_changes(corpus, {"A#2": FASTER}, SETTINGS, cache=cache)  # the same steps, another name
    assert (again["A#2"].frames == first["A#1"].frames).all()


def test_a_voice_that_nobody_speaks_changes_nothing(corpus, cache):
    change = voice_changes(corpus, {"Z#1": FASTER}, SETTINGS, cache=cache)["Z#1"]
    assert change.functionals.shape == (len(NAMES),)
    assert not change.functionals.any()
    assert not change.frames.any()
