"""`--prior` of predict and evaluate, and what a calibrated run says."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Command = Callable[..., Result]
CLASSES = {"anger", "joy", "neutral"}


def test_predict_names_both_purposes(command: Command, finished: Path) -> None:
    shown = command("predict", finished, "--text", "What a day.")
    assert shown.exit_code == 0
    assert "balanced" in shown.stdout.splitlines()[0]
    assert "deployment" in shown.stdout.splitlines()[0]
    assert "were all classes equally frequent" in shown.stdout
    found = json.loads(command("predict", finished, "--text", "What a day.", "--json").stdout)
    assert set(found) == {"label", "probabilities", "audio", "text", "balanced", "deployment"}
    assert set(found["balanced"]) == {"label", "probabilities"}
    assert set(found["deployment"]) == {"label", "probabilities", "prior"}
    for name in ("balanced", "deployment"):
        assert set(found[name]["probabilities"]) == CLASSES
        assert sum(found[name]["probabilities"].values()) == pytest.approx(1)
        assert found[name]["label"] == max(CLASSES, key=found[name]["probabilities"].__getitem__)


def test_predict_for_another_class_distribution(command: Command, finished: Path, tmp_path: Path) -> None:
    def deployment(prior: str) -> dict:
        asked = command("predict", finished, "--text", "What a day.", "--prior", prior, "--json")
        assert asked.exit_code == 0, asked.output
        return json.loads(asked.stdout)["deployment"]

    kept = json.loads((finished / "model" / "config.json").read_text())["calibration"]
    assert deployment("train")["prior"] == pytest.approx({"anger": 4 / 26, "joy": 6 / 26, "neutral": 16 / 26})
    assert deployment("dev")["prior"] == pytest.approx(kept["prior"])
    (tmp_path / "sure.json").write_text('{"anger": 0, "joy": 1, "neutral": 0}')
    sure = deployment(str(tmp_path / "sure.json"))
    assert sure["label"] == "joy"
    assert sure["probabilities"] == {"anger": 0, "joy": 1, "neutral": 0}
    even = deployment("even")
    assert even == deployment("anger=1,joy=1,neutral=1")


def test_evaluate_for_another_class_distribution(
    command: Command, finished: Path, voices_folder: Path
) -> None:
    kept = json.loads(command("evaluate", finished, "--prior", "joy=1,anger=0,neutral=0", "--json").stdout)
    assert kept["per_class"]["joy"]["recall"] == 1
    assert kept["uar"] == pytest.approx(1 / 3)
    assert kept["prior"] == {"anger": 0, "joy": 1, "neutral": 0}
    metrics = json.loads((finished / "metrics.json").read_text())
    for split in ("dev", "test"):
        even = json.loads(command("evaluate", finished, "--prior", "even", "--split", split, "--json").stdout)
        assert even["uar"] == pytest.approx(metrics["calibration"][split]["uar_balanced"])
    again = json.loads(command("evaluate", finished, "--prior", "even", "-c", voices_folder, "--json").stdout)
    assert again["uar"] == pytest.approx(even["uar"])
    assert again["loss"] == pytest.approx(even["loss"], rel=1e-3)
    plain = json.loads(command("evaluate", finished, "-c", voices_folder, "--json").stdout)
    assert plain["calibration"]["uar_balanced"] == pytest.approx(even["uar"])
    assert plain["ece"] == pytest.approx(metrics["test"]["ece"], abs=1e-4)
    shown = command("evaluate", finished, "--prior", "train")
    assert "Decided for anger 15.4%, joy 23.1%, neutral 61.5%." in " ".join(shown.stdout.split())
    assert command("evaluate", finished, "--prior", "even", "--split", "all").exit_code == 1


def test_evaluate_one_of_the_splits_that_a_run_kept(command: Command, finished: Path) -> None:
    metrics = json.loads((finished / "metrics.json").read_text())
    for split in ("dev", "test"):
        found = json.loads(command("evaluate", finished, "--split", split, "--json").stdout)
        assert found["calibration"] == pytest.approx(metrics["calibration"][split])
        del found["calibration"]
        assert found["confusion_matrix"] == metrics[split]["confusion_matrix"]
        assert found["loss"] == pytest.approx(metrics[split]["loss"])
    assert "name its corpus with --corpus" in command("evaluate", finished, "--split", "all").stderr


@pytest.mark.parametrize(
    ("prior", "said"),
    [
        ("joy=1", "lacks classes 'anger', 'neutral'"),
        ("fear=1", "names class 'fear'"),
        ("tset", "none of even, dev, train"),
    ],
)
def test_a_prior_that_does_not_fit_is_wrong_usage(
    command: Command, finished: Path, voices_folder: Path, prior: str, said: str
) -> None:
    for asked in (
        ("predict", finished, "--text", "Oh."),
        ("evaluate", finished),
        ("evaluate", finished, "-c", voices_folder),
    ):
        result = command(*asked, "--prior", prior)
        assert (result.exit_code, result.stdout) == (2, "")
        assert said in result.stderr


def test_a_model_from_before_still_loads(
    command: Command, finished: Path, tmp_path: Path, voices_folder: Path
) -> None:
    run = tmp_path / "run"
    shutil.copytree(finished, run, copy_function=os.link)
    config = json.loads((run / "model" / "config.json").read_text())
    del config["calibration"]
    (run / "model" / "config.json").unlink()
    (run / "model" / "config.json").write_text(json.dumps(config))
    result = command("predict", run, "--text", "Oh.")
    assert result.exit_code == 0
    assert "keeps no calibration" in result.stderr
    assert "deployment" not in result.stdout
    found = json.loads(command("predict", run, "--text", "Oh.", "--json").stdout)
    assert (found["balanced"], found["deployment"]) == (None, None)
    assert json.loads(command("evaluate", run, "-c", voices_folder, "--json").stdout)["calibration"] is None
    for asked in (("predict", run, "--text", "Oh."), ("evaluate", run)):
        refused = command(*asked, "--prior", "even")
        assert refused.exit_code == 1
        assert "keeps no calibration, which re-targeting starts from: train again" in refused.stderr


def test_a_broken_calibration_is_one_sentence(command: Command, finished: Path, tmp_path: Path) -> None:
    run = tmp_path / "run"
    shutil.copytree(finished, run, copy_function=os.link)
    config = json.loads((run / "model" / "config.json").read_text())
    (run / "model" / "config.json").unlink()

    def said(change: dict) -> str:
        broken = {**config, "calibration": {**config["calibration"], **change}}
        (run / "model" / "config.json").write_text(json.dumps(broken))
        result = command("predict", run, "--text", "Oh.")
        assert result.exit_code == 1
        assert len(result.stderr.splitlines()) == 1
        return result.stderr

    assert "the calibration in config.json lacks or breaks 'joy'" in said(
        {"bias": {"anger": 0, "neutral": 0}}
    )
    shares = config["calibration"]["prior"]
    for change in ({"temperature": 0}, {"temperature": "nan"}, {"prior": shares | {"joy": -1}}):
        assert "lacks or breaks temperature, bias, prior or train" in said(change)


def test_the_report_shows_it(finished: Path) -> None:
    page = (finished / "report.html").read_text()
    assert "<h2>Calibration</h2>" in page
    assert page.count("<polyline") == 2  # one epoch draws no curve
    assert "calibrated: ECE" in page
    metrics = json.loads((finished / "metrics.json").read_text())
    kept = json.loads((finished / "model" / "config.json").read_text())["calibration"]
    block = metrics["calibration"]
    assert {name: block[name] for name in kept} == kept
    assert block["test"]["ece_before"] == pytest.approx(metrics["test"]["ece"])
