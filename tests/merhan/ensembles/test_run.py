"""Runs put together as one: what is written, what it says, what is refused."""

from __future__ import annotations

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
import yaml
from scipy.special import softmax

from merhan import MerhanError, Predictor, ensemble, train
from merhan.ensembles.combining import combined
from merhan.ensembles.predictor import Ensemble
from merhan.evaluation.evaluate import evaluate, evaluate_kept, read_metrics
from merhan.evaluation.predictions import read_predictions
from recipes.corpus.corpus import Corpus

CLASSES = ("anger", "joy", "neutral")


@pytest.fixture(scope="module", params=["mean", "vote"])
def made(request: pytest.FixtureRequest, runs: list[Path], tmp_path_factory: pytest.TempPathFactory):
    return ensemble(runs, tmp_path_factory.mktemp("ensembles") / request.param, request.param)


def copied(run: Path, folder: Path) -> Path:
    """A run whose files may be replaced, though not written into."""
    shutil.copytree(run, folder, copy_function=os.link)
    return folder


def rewritten(path: Path, text: str) -> None:
    path.unlink()
    path.write_text(text)


def test_it_is_a_run_like_any_other(made, runs: list[Path]) -> None:
    assert {path.name for path in made.folder.iterdir()} == {
        "metrics.json", "predictions.parquet", "report.html", "config.yaml", "model",
    }  # fmt: skip
    metrics = read_metrics(made.folder)
    assert metrics == made.metrics
    one = read_metrics(runs[0])
    assert set(metrics) == {*one, "ensemble"}
    assert all(
        set(metrics[name]) == set(one[name]) for name in ("test", "dev", "cost", "calibration", "yardstick")
    )
    assert metrics["yardstick"] == one["yardstick"]
    assert metrics["protocol"] == one["protocol"]
    assert metrics["recipe"] == "small"
    assert metrics["seed"] is None
    costs = [read_metrics(run)["cost"] for run in runs]
    assert metrics["cost"]["parameters"] == sum(cost["parameters"] for cost in costs)
    assert metrics["cost"]["latency_ms_p50"] > 0


def test_its_members_are_told(made, runs: list[Path]) -> None:
    told = made.metrics["ensemble"]
    uar = [read_metrics(run)["test"]["uar"] for run in runs]
    assert [member["test_uar"] for member in told["members"]] == uar
    assert [member["seed"] for member in told["members"]] == [0, 1]
    assert told["mean"]["test_uar"] == pytest.approx(np.mean(uar))
    assert told["deviation"]["test_uar"] == pytest.approx(np.std(uar, ddof=1))
    page = (made.folder / "report.html").read_text()
    assert "<h2>Members</h2>" in page
    assert "before and after</h2>" not in page  # of training classes: an ensemble trains on none
    config = yaml.safe_load((made.folder / "config.yaml").read_text())
    assert [member["seed"] for member in config["ensemble"]["members"]] == [0, 1]


def test_predictions_are_the_members_together(made, runs: list[Path]) -> None:
    fitted = [Predictor.load(run).calibration.fitted for run in runs]
    found = read_predictions(made.folder / "predictions.parquet", CLASSES)
    for split in ("dev", "test"):
        own = [read_predictions(run / "predictions.parquet", CLASSES)[split] for run in runs]
        together = combined([rows.logits for rows in own], fitted, made.metrics["ensemble"]["method"])
        np.testing.assert_allclose(found[split].probabilities, softmax(together, axis=1))
        assert found[split].ids == own[0].ids
        right = found[split].probabilities.argmax(axis=1) == found[split].labels
        assert made.metrics[split]["accuracy"] == pytest.approx(right.mean())


def test_it_is_evaluated_and_predicts(made, mute: Corpus) -> None:
    report = evaluate(made.folder, mute)
    assert report["uar"] == pytest.approx(made.metrics["test"]["uar"])
    assert report["loss"] == pytest.approx(made.metrics["test"]["loss"], rel=1e-4)
    assert report["calibration"]["ece_after"] == pytest.approx(
        made.metrics["calibration"]["test"]["ece_after"]
    )
    even = evaluate(made.folder, mute, prior="even")
    assert even["uar"] == pytest.approx(made.metrics["calibration"]["test"]["uar_balanced"])
    assert evaluate_kept(made.folder, prior="even")["loss"] == pytest.approx(even["loss"], rel=1e-4)

    predictor = Predictor.load(made.folder)
    assert isinstance(predictor, Ensemble)
    row = mute.select("test").utterances[0]
    said = predictor.predict(audio=mute.audio_path(row), prior="train")
    assert list(said) == ["label", "probabilities", "audio", "text", "balanced", "deployment"]
    assert said["label"] == max(CLASSES, key=said["probabilities"].__getitem__)
    assert sum(said["audio"].values()) == pytest.approx(1)
    assert said["text"] is None
    assert said["deployment"]["prior"] == pytest.approx({"anger": 4 / 26, "joy": 6 / 26, "neutral": 16 / 26})
    alone = [member.predict(audio=mute.audio_path(row))["audio"]["joy"] for member in predictor.members]
    assert said["audio"]["joy"] == pytest.approx(np.mean(alone))
    assert predictor.notes(mute.audio_path(row)) == predictor.members[0].notes(mute.audio_path(row))


def test_it_needs_its_members_no_more_and_may_be_moved(made, runs: list[Path], tmp_path: Path) -> None:
    for name in ("model.safetensors", "config.json"):
        inodes = {path.stat().st_ino for run in runs for path in run.rglob(name)}
        copies = list((made.folder / "model").rglob(name))
        assert len(copies) == 2
        assert not inodes & {path.stat().st_ino for path in copies}
    moved = tmp_path / "moved"
    shutil.copytree(made.folder / "model", moved)
    row = {"audio": np.sin(np.arange(16_000, dtype=np.float32) / 20), "rate": 16_000}
    assert Predictor.load(moved).predict(**row) == Predictor.load(made.folder).predict(**row)


def test_an_ensemble_is_a_member_too(made, runs: list[Path], mute: Corpus, tmp_path: Path) -> None:
    nested = ensemble([made.folder, runs[0]], tmp_path / "nested")
    assert evaluate(nested.folder, mute)["uar"] == pytest.approx(nested.metrics["test"]["uar"])
    assert [member["seed"] for member in nested.metrics["ensemble"]["members"]] == [None, 0]
    assert isinstance(Predictor.load(nested.folder).members[0], Ensemble)


def test_members_of_other_features_and_fusions(
    runs: list[Path], mute: Corpus, recipe: dict, tmp_path: Path
) -> None:
    """Each hears in its own way; only classes and rows must be the same."""
    other = recipe | {"name": "other", "features": {"stride": 2, "normalise": "corpus"}}
    other["model"] = recipe["model"] | {"fusion": "concat"}
    second = train(mute, other, tmp_path / "other", seed=3, epochs=1, latency_repeats=1).folder
    done = ensemble([runs[0], second], tmp_path / "both")
    assert evaluate(done.folder, mute)["loss"] == pytest.approx(done.metrics["test"]["loss"], rel=1e-4)
    assert done.metrics["recipe"] == "small + other"
    assert done.metrics["normalisation"] == {
        "mode": None, "transductive": True, "test_uar_corpus_statistics": None,
    }  # fmt: skip


def test_training_rows_are_kept_where_all_members_have_them(runs: list[Path], tmp_path: Path) -> None:
    whole = ensemble(runs, tmp_path / "whole")
    kept = read_predictions(whole.folder / "predictions.parquet", CLASSES)
    assert (len(kept["train"].ids), len(kept["dev"].ids), len(kept["test"].ids)) == (26, 9, 9)

    fewer = copied(runs[1], tmp_path / "fewer")
    path = fewer / "predictions.parquet"
    rows = pq.read_table(path)
    gone = rows.to_pylist().index(next(row for row in rows.to_pylist() if row["split"] == "train"))
    path.unlink()
    pq.write_table(rows.take([n for n in range(len(rows)) if n != gone]), path)
    odd = ensemble([runs[0], fewer], tmp_path / "odd")
    assert (odd.metrics["test"], odd.metrics["dev"]) == (whole.metrics["test"], whole.metrics["dev"])
    assert set(read_predictions(odd.folder / "predictions.parquet", CLASSES)) == {"dev", "test"}


def test_without_its_corpus_there_is_no_latency(runs: list[Path], tmp_path: Path) -> None:
    lost = copied(runs[0], tmp_path / "lost")
    config = yaml.safe_load((lost / "config.yaml").read_text())
    rewritten(lost / "config.yaml", yaml.safe_dump(config | {"corpus": str(tmp_path / "gone")}))
    cost = ensemble([lost, runs[1]], tmp_path / "out").metrics["cost"]
    assert cost["latency_ms_p50"] is None
    assert cost["utterances_per_second"] > 0


def test_what_does_not_fit_together_is_refused(runs: list[Path], mute: Corpus, tmp_path: Path) -> None:
    out = tmp_path / "out"
    with pytest.raises(MerhanError, match="two members at least"):
        ensemble(runs[:1], out)
    with pytest.raises(MerhanError, match="0 is named twice"):
        ensemble([runs[0], runs[1], runs[0]], out)
    with pytest.raises(MerhanError, match="method 'median' is not known; there are mean and vote"):
        ensemble(runs, out, "median")
    with pytest.raises(MerhanError, match="is not a finished run"):
        ensemble([runs[0], tmp_path], out)

    old = copied(runs[1], tmp_path / "old")
    config = json.loads((old / "model" / "config.json").read_text())
    del config["calibration"]
    rewritten(old / "model" / "config.json", json.dumps(config))
    with pytest.raises(
        MerhanError, match="old keeps no calibration, which averaging starts from: train again"
    ):
        ensemble([runs[0], old], out)
    blind = copied(runs[1], tmp_path / "blind")
    rows = pq.read_table(blind / "predictions.parquet")
    (blind / "predictions.parquet").unlink()
    kept = [n for n, row in enumerate(rows.to_pylist()) if row["split"] != "dev"]
    pq.write_table(rows.take(kept), blind / "predictions.parquet")
    with pytest.raises(MerhanError, match=r"blind/predictions\.parquet has no rows of dev"):
        ensemble([blind, runs[0]], out)
    assert not out.exists()


def test_other_classes_and_other_rows_are_refused(
    runs: list[Path], mute: Corpus, tmp_path: Path, recipe: dict
) -> None:
    options = {"epochs": 1, "latency_repeats": 1}
    two = train(mute.replace(u for u in mute if u.label != "joy"), recipe, tmp_path / "two", **options).folder
    with pytest.raises(
        MerhanError, match=r"two knows the classes anger, neutral, and .* anger, joy, neutral"
    ):
        ensemble([runs[0], two], tmp_path / "out")
    gone = next(u.id for u in mute if u.split == "test")
    fewer = train(mute.replace(u for u in mute if u.id != gone), recipe, tmp_path / "fewer", **options).folder
    with pytest.raises(
        MerhanError, match=rf"not measured on the same rows: 1 rows of test .* \('{gone}' first\)"
    ):
        ensemble([runs[0], fewer], tmp_path / "out")
    renamed = mute.replace(replace(u, label="joy") if u.id == gone else u for u in mute)
    other = train(renamed, recipe, tmp_path / "other", **options).folder
    with pytest.raises(MerhanError, match=rf"rows of test have other labels \('{gone}' first\)"):
        ensemble([runs[0], other], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_run_is_not_written_over(runs: list[Path], tmp_path: Path) -> None:
    out = tmp_path / "out"
    ensemble(runs, out)
    with pytest.raises(MerhanError, match="holds a run already; give --out another folder, or --force"):
        ensemble(runs, out)
    again = ensemble(runs, out, "vote", force=True)
    assert again.metrics["ensemble"]["method"] == "vote"


def test_force_removes_no_member(runs: list[Path], tmp_path: Path) -> None:
    for name in ("0", "1"):
        copied(runs[int(name)], tmp_path / "members" / name)
    members = [tmp_path / "members" / name for name in ("0", "1")]
    for out in (members[0], tmp_path, tmp_path / "members" / ".." / "members" / "1"):
        with pytest.raises(MerhanError, match=r"holds the member .*/members/[01]; give --out another folder"):
            ensemble(members, out, force=True)
    assert all((member / "metrics.json").is_file() for member in members)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"members": []}, "ensemble.json is broken"),
        ({"members": [1, 2]}, "ensemble.json is broken"),
        ({"method": "median"}, "ensemble.json is broken"),
        ({"calibration": {}}, "ensemble.json is broken"),
        ({"members": ["member-3"]}, "holds no model"),
        ({"classes": ["anger", "neutral", "joy"]}, "does not fit its member member-1"),
    ],
)
def test_what_is_broken_is_named(made, tmp_path: Path, change: dict, said: str) -> None:
    run = copied(made.folder, tmp_path / "run")
    path = run / "model" / "ensemble.json"
    rewritten(path, json.dumps(json.loads(path.read_text()) | change))
    with pytest.raises(MerhanError, match=said):
        Predictor.load(run)
