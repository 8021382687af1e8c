"""Representation first, then the classifier: by hand, and in whole trainings."""

from __future__ import annotations

import copy
import csv
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.optimize import minimize

from merhan import MerHanForEmotionClassification, train
from merhan.evaluation.evaluate import report_of
from merhan.evaluation.predictions import predict_rows
from merhan.model.classifier import class_norms, classifier_parts
from merhan.model.pooled import Pooled
from merhan.training import decoupled
from merhan.training.decoupled import TAUS, Classifier, decouple, learnt_factors
from merhan.training.fit import Fitted, fit
from merhan.training.pooling import PooledRows, resample_rows
from merhan.training.run import Job, Silent
from merhan.training.views import Views, make_views
from recipes import load_recipe
from recipes.classifier_settings import ResampleSettings
from recipes.corpus.corpus import Corpus

RECIPE = {
    "name": "small",
    "summary": "A small one.",
    "train": {"batch_size": 8, "patience": 0, "epochs": 1, "class_weights": {"method": "none"}},
    "model": {"lstm_size": 8, "width": 16, "heads": 2},
}
SMOTE = {"resample": {"name": "smote", "k_neighbors": 2}}


def with_train(**changes) -> dict:
    return RECIPE | {"train": RECIPE["train"] | changes}


@pytest.fixture(scope="module")
def first(voices_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Views, Fitted]:
    """A first stage, trained once."""
    job = Job(load_recipe(RECIPE), seed=5)
    views = make_views(Corpus.load(voices_folder), job, Silent())
    return views, fit(views, job, tmp_path_factory.mktemp("first"))


def second(
    first: tuple[Views, Fitted], folder: Path, **changes
) -> tuple[MerHanForEmotionClassification, Classifier]:
    """A copy of its model after another second stage."""
    model = copy.deepcopy(first[1].model)
    found = decouple(model, first[0], Job(load_recipe(with_train(**changes)), seed=5), folder)
    return model, found


METHODS = [
    {"decouple": "crt"},
    {"decouple": {"method": "tau", "tau": 0.5}},
    {"decouple": "lws"},
    SMOTE,
    {"resample": "random_under"},
]


@pytest.mark.parametrize("changes", METHODS)
def test_the_representation_stays_and_the_classifier_changes(first, tmp_path: Path, changes: dict) -> None:
    model, found = second(first, tmp_path, **changes)
    before, after = first[1].model.state_dict(), model.state_dict()
    own = [f"{name}." for name in classifier_parts(model)]
    changed = {name for name, value in before.items() if not torch.equal(after[name], value)}
    assert changed
    assert all(any(part in name for part in own) for name in changed)
    said = predict_rows(model, first[0].dev)
    assert found.dev_uar == report_of(said, first[0].features.classes)["uar"]
    assert found.dev_uar_before == pytest.approx(max(first[1].curve))
    assert (found.curve is None) == (found.method != "crt")
    assert (found.tau is None) == (found.method != "tau")
    assert (found.resampled is None) == ("resample" not in changes)


@pytest.mark.parametrize("changes", METHODS)
def test_the_same_seed_gives_the_same_classifier(first, tmp_path: Path, changes: dict) -> None:
    (one, found), (two, again) = (second(first, tmp_path, **changes) for _ in range(2))
    assert found == again
    for name, value in one.state_dict().items():
        torch.testing.assert_close(two.state_dict()[name], value, rtol=0, atol=0)


def test_a_recipe_that_says_nothing_keeps_the_classifier(first, tmp_path: Path) -> None:
    assert first[1].classifier is None
    assert second(first, tmp_path)[1] is None


def test_crt_keeps_its_best_epoch(first, tmp_path: Path) -> None:
    _, found = second(first, tmp_path, decouple={"method": "crt", "epochs": 4, "learning_rate": 0.01})
    assert len(found.curve) == 4
    assert found.dev_uar == max(found.curve)


def test_tau_0_is_the_classifier_as_it_was_trained(first, tmp_path: Path) -> None:
    model, found = second(first, tmp_path, decouple={"method": "tau", "tau": 0.0})
    for name, value in first[1].model.state_dict().items():
        torch.testing.assert_close(model.state_dict()[name], value)
    assert set(found.scales.values()) == {1.0}


def test_tau_1_makes_all_classes_equally_long(first, tmp_path: Path) -> None:
    model, found = second(first, tmp_path, decouple={"method": "tau", "tau": 1.0})
    norms = class_norms(model)
    torch.testing.assert_close(norms, norms.mean().expand(3), rtol=1e-5, atol=0)
    assert np.log(list(found.scales.values())).mean() == pytest.approx(0, abs=1e-9)


def test_tau_is_picked_on_dev_ties_to_the_smaller(first, tmp_path: Path) -> None:
    _, found = second(first, tmp_path, decouple="tau")
    by_tau = {tau: second(first, tmp_path, decouple={"method": "tau", "tau": tau})[1].dev_uar for tau in TAUS}
    assert found.dev_uar == max(by_tau.values())
    assert found.tau == min(tau for tau, uar in by_tau.items() if uar == found.dev_uar)


def test_learnt_factors_minimise_the_class_balanced_loss() -> None:
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1, 2], [40, 10, 5])
    logits = rng.normal(size=(55, 3)) + 1.5 * np.eye(3)[labels] + [2.0, 0.0, -0.5]

    def loss(u: np.ndarray) -> float:
        u = u - u.mean()
        scaled = logits * np.exp(u)
        losses = np.log(np.exp(scaled).sum(axis=1)) - scaled[np.arange(55), labels]
        return np.mean([losses[labels == c].mean() for c in range(3)]) + 1e-3 * (u**2).sum()

    best = minimize(loss, np.zeros(3), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-14}).x
    found = learnt_factors(torch.from_numpy(logits), torch.from_numpy(labels))
    np.testing.assert_allclose(found.numpy(), np.exp(best - best.mean()), rtol=1e-3)


def test_a_run_that_is_cut_off_in_its_second_stage_goes_on_and_says_what_it_learnt_from(
    voices: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def cut(*args, **kwargs):
        raise KeyboardInterrupt

    options = {"seed": 5, "latency_repeats": 1}
    whole = train(voices, with_train(**SMOTE), tmp_path / "whole", **options)
    monkeypatch.setattr(decoupled, "Classifier", cut)  # the last that the second stage does
    with pytest.raises(KeyboardInterrupt):
        train(voices, with_train(**SMOTE), tmp_path / "cut", **options)
    monkeypatch.undo()
    again = train(voices, with_train(**SMOTE), tmp_path / "cut", resume=True, **options)
    said = whole.metrics["classifier"]
    assert again.metrics["classifier"] == said
    assert again.metrics["dev"] == whole.metrics["dev"]
    assert (again.folder / "resampled.csv").read_bytes() == (whole.folder / "resampled.csv").read_bytes()

    assert said["method"] == "crt"
    assert said["dev_uar"] == pytest.approx(whole.metrics["dev"]["uar"])
    assert said["resampled"] == {
        "method": "smote",
        "rows": {"anger": 16, "joy": 16, "neutral": 16},
        "synthetic": 22,
        "notes": [],
    }
    with (whole.folder / "resampled.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    labels = {u.id: u.label for u in voices.select("train")}
    assert [row["source"] for row in rows[:26]] == list(labels)
    assert all(labels[row["source"]] == row["label"] for row in rows)
    assert Counter(row["synthetic"] for row in rows) == {"false": 26, "true": 22}
    assert "name: smote" in (whole.folder / "config.yaml").read_text(encoding="utf-8")
    report = (whole.folder / "report.html").read_text(encoding="utf-8")
    assert "classifier: crt on 48 rows resampled by smote; dev UAR" in report


def rows_of(counts: dict[int, int], **parts: torch.Tensor) -> PooledRows:
    labels = torch.tensor([code for code, n in counts.items() for _ in range(n)])
    here = torch.ones(len(labels), dtype=torch.bool)
    whole = {"has_audio": here, "has_text": here} | parts
    return PooledRows(Pooled(**whole), labels)


class TestResampledRows:
    def test_sources_count_alike_and_keep_their_scale(self) -> None:
        rng = np.random.default_rng(0)
        loud = torch.from_numpy(rng.normal(size=(12, 4)) * 1000).float()
        quiet = torch.from_numpy(rng.normal(size=(12, 2))).float()
        rows = rows_of({0: 8, 1: 4}, functionals=loud, text_mean=quiet)
        made, found = resample_rows(rows, ("a", "b"), ResampleSettings(name="smote", k_neighbors=1), 0)
        torch.testing.assert_close(made.pooled.functionals[:12], loud)
        torch.testing.assert_close(made.pooled.text_mean[:12], quiet)
        scaled = np.concatenate(
            [x.numpy() / np.sqrt(x.numpy().var(axis=0).sum()) for x in (loud, quiet)], axis=1
        )
        for new in range(12, 16):
            base = found.source[new]
            others = [row for row in range(8, 12) if row != base]
            near = min(others, key=lambda row: np.linalg.norm(scaled[row] - scaled[base]))
            way, gone = (
                end.numpy() - loud[base].numpy() for end in (loud[near], made.pooled.functionals[new])
            )
            assert np.corrcoef(way, gone)[0, 1] == pytest.approx(1, abs=1e-4)

    def test_a_synthetic_row_has_what_both_of_its_ends_have(self) -> None:
        x = torch.arange(10.0)[:, None].repeat(1, 2)
        heard = torch.tensor([True] * 8 + [True, False])
        rows = rows_of({0: 8, 1: 2}, functionals=x, text_mean=x, has_audio=heard)
        made, _ = resample_rows(rows, ("a", "b"), ResampleSettings(name="smote"), 0)
        assert made.pooled.has_audio[:10].tolist() == heard.tolist()
        assert not made.pooled.has_audio[10:].any()
        assert made.pooled.has_text.all()

    def test_shares_are_mixed(self) -> None:
        x = torch.arange(6.0)[:, None].repeat(1, 2)
        rows = rows_of({0: 6}, functionals=x, text_mean=x)
        shares = torch.tensor([[1.0, 0.0]] * 4 + [[0.0, 1.0], [0.4, 0.6]])
        made, _ = resample_rows(
            PooledRows(rows.pooled, shares), ("a", "b"), ResampleSettings(name="smote"), 0
        )
        torch.testing.assert_close(made.labels[:6], shares)
        where = made.pooled.functionals[6:, 0] - 4
        torch.testing.assert_close(made.labels[6:, 0], 0.4 * where)
        torch.testing.assert_close(made.labels[6:].sum(dim=1), torch.ones(2))
