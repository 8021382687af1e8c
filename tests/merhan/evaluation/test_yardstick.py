from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from merhan.evaluation.yardstick import linear_models, unweighted_average_recall, yardstick
from merhan.features.cache import FeatureCache

NOWHERE = FeatureCache(None)


def features(rows: int = 240, seed: int = 0, **changes) -> SimpleNamespace:
    """Three classes; audio tells 0 from the rest, text tells 2 from the rest, both tell all."""
    rng = np.random.default_rng(seed)
    labels = np.arange(rows) % 3
    splits = np.array(["train", "train", "dev", "test"], object)[np.arange(rows) // 3 % 4]
    noise = rng.normal(0, 0.05, (2, rows, 4))
    audio, text = noise
    audio[:, 0] += labels == 0
    text[:, 0] += labels == 2
    made = {
        "ids": tuple(f"u{n:03}" for n in range(rows)),
        "splits": tuple(splits),
        "copies": np.zeros(rows, bool),
        "labels": labels,
        "functionals": audio.astype(np.float32),
        "has_audio": np.ones(rows, bool),
        "has_text": np.ones(rows, bool),
        "text": SimpleNamespace(mean=text.astype(np.float32)),
    }
    return SimpleNamespace(**(made | changes))


def test_recall_is_averaged_over_the_classes_there_are():
    assert unweighted_average_recall(np.array([0, 0, 0, 2]), np.array([0, 0, 1, 2])) == pytest.approx(
        (2 / 3 + 1) / 2
    )
    assert np.isnan(unweighted_average_recall(np.array([]), np.array([])))


def test_each_modality_tells_what_it_can():
    found = yardstick(features(), NOWHERE)
    assert found["both"] == 1.0
    assert found["audio"] == pytest.approx(2 / 3, abs=0.15)
    assert found["text"] == pytest.approx(2 / 3, abs=0.15)


def test_ties_on_dev_go_to_the_smaller_strength():
    assert linear_models(features(), NOWHERE)["both"].strength == 1e-4


def test_classes_are_weighed_against_their_number():
    rows = features(400)
    rng = np.random.default_rng(1)
    rare = rng.random(400) < 0.06
    rows.labels = rare.astype(int)
    rows.functionals = (rng.normal(0, 1, (400, 1)) + 1.5 * rare[:, None]).astype(np.float32)
    assert yardstick(rows, NOWHERE)["audio"] > 0.65  # without weights nothing is ever called rare


def test_copies_and_the_order_of_rows_change_nothing():
    plain = features()
    order = np.random.default_rng(2).permutation(240)
    mixed = features()
    for name in ("ids", "splits"):
        setattr(mixed, name, tuple(np.array(getattr(plain, name), object)[order]) + ("zz",) * 3)
    mixed.splits = (*mixed.splits[:240], *["train"] * 3)
    mixed.copies = np.array([False] * 240 + [True] * 3)
    for name in ("labels", "has_audio", "has_text"):
        setattr(mixed, name, np.concatenate([getattr(plain, name)[order], getattr(plain, name)[:3]]))
    mixed.functionals = np.concatenate([plain.functionals[order], np.full((3, 4), 50, np.float32)])
    mixed.text = SimpleNamespace(
        mean=np.concatenate([plain.text.mean[order], np.full((3, 4), 50, np.float32)])
    )
    assert linear_models(mixed, NOWHERE) == linear_models(plain, NOWHERE)


def test_figures_that_do_not_exist_are_none():
    silent = features(has_audio=np.zeros(240, bool))
    found = yardstick(silent, NOWHERE)
    assert found["audio"] is None
    assert found["both"] is None
    assert found["text"] is not None
    no_test = features()
    no_test.splits = tuple("train" if split == "test" else split for split in no_test.splits)
    assert yardstick(no_test, NOWHERE) == {"audio": None, "text": None, "both": None}
    one_class = features(labels=np.zeros(240, int))
    assert yardstick(one_class, NOWHERE)["both"] is None


def test_without_dev_rows_there_is_still_a_figure():
    rows = features()
    rows.splits = tuple("train" if split == "dev" else split for split in rows.splits)
    found = linear_models(rows, NOWHERE)["both"]
    assert (found.test, found.strength) == (1.0, 1e-2)
    assert np.isnan(found.dev)


def test_rows_that_lack_a_modality_are_judged_by_the_other():
    rows = features()
    lacking = np.arange(240) % 5 == 0
    rows.has_text = ~lacking
    rows.text.mean[lacking] = 1e6  # what stands there must not be read
    found = yardstick(rows, NOWHERE)
    assert 0.85 < found["both"] < 1.0
    assert found["text"] == pytest.approx(2 / 3, abs=0.15)


def test_figures_are_kept_by_content(tmp_path, monkeypatch):
    from merhan.evaluation import yardstick as module

    cache = FeatureCache(tmp_path)
    first = linear_models(features(), cache)
    monkeypatch.setattr(module, "_fit", None)
    assert linear_models(features(), cache) == first
    with pytest.raises(TypeError):
        linear_models(features(seed=1), cache)
