"""`--json` of every command: JSON on standard output, and nothing else there."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Command = Callable[..., Result]


@pytest.fixture
def arguments(voices_folder: Path, finished: Path, other_seed: Path, tmp_path: Path) -> dict[str, tuple]:
    """Each command in its shortest useful form."""
    corpus = ("-c", voices_folder)
    return {
        "inspect": ("inspect", *corpus, "--leaks"),
        "augment": ("augment", *corpus, "-o", tmp_path / "out", "--workers", 1),
        "augment --dry-run": ("augment", *corpus, "-o", tmp_path / "out", "--dry-run"),
        "preview": ("preview", *corpus, "-n", 1),
        "ensemble": ("ensemble", finished, other_seed, "-o", tmp_path / "ensemble"),
        "evaluate": ("evaluate", finished),
        "evaluate on a corpus": ("evaluate", finished, *corpus),
        "predict": ("predict", finished, "--text", "What a day."),
        "recipes ls": ("recipes", "ls"),
        "recipes show": ("recipes", "show", "baseline"),
        "recipes cp": ("recipes", "cp", "baseline", tmp_path / "mine.yaml"),
        "recipes validate": ("recipes", "validate", "baseline"),
        "recipes steps": ("recipes", "steps", "speed"),
        "audit": ("audit", *corpus, "--copies", 1, "--workers", 1),
        "doctor": ("doctor",),
    }


NAMES = (
    "inspect",
    "augment",
    "augment --dry-run",
    "preview",
    "ensemble",
    "evaluate",
    "evaluate on a corpus",
    "predict",
)
NAMES += ("recipes ls", "recipes show", "recipes cp", "recipes validate", "recipes steps", "audit", "doctor")


def strict(text: str) -> object:
    def no_number(name: str) -> None:
        raise AssertionError(f"{name} is no JSON")

    return json.loads(text, parse_constant=no_number)


@pytest.mark.parametrize("name", NAMES)
def test_json_and_nothing_else(command: Command, arguments: dict[str, tuple], name: str) -> None:
    result = command(*arguments[name], "--json")
    assert result.exit_code == 0, result.output
    assert strict(result.stdout)
    assert result.stderr == ""


def test_json_of_a_training(training: Result) -> None:
    assert training.exit_code == 0, training.output
    metrics = json.loads((Path(strict(training.stdout)["run"]) / "metrics.json").read_text())
    assert strict(training.stdout) == {"run": strict(training.stdout)["run"], **metrics}
    assert training.stderr == ""


def test_json_of_the_training_of_an_ensemble(command: Command, mute_folder: Path, tmp_path: Path) -> None:
    settings = ("-s", "model.lstm_size=8", "-s", "model.width=16", "-s", "model.heads=2", "--epochs", 1)
    asked = ("train", "-r", "baseline", "-c", mute_folder, "-o", tmp_path / "run", *settings, "--ensemble", 2)
    result = command(*asked, "--json")
    assert result.exit_code == 0, result.output
    metrics = json.loads((tmp_path / "run" / "metrics.json").read_text())
    assert strict(result.stdout) == {"run": str(tmp_path / "run"), **metrics}
    assert [member["seed"] for member in metrics["ensemble"]["members"]] == [0, 1]
    assert result.stderr == ""
    assert command(*asked[:-1], 1).exit_code == 2


def test_every_command_is_among_them() -> None:
    from merhan.cli.app import app
    from merhan.cli.recipes import app as recipes

    there = {command.name for command in app.registered_commands} | {
        f"recipes {command.name}" for command in recipes.registered_commands
    }
    assert there - {"demo", "train"} == {name for name in NAMES if "--" not in name and " on " not in name}


def test_an_error_leaves_standard_output_empty(command: Command, tmp_path: Path) -> None:
    for name in ("inspect", "augment", "train", "preview"):
        result = command(name, "-c", tmp_path / "gone", "--json")
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr.startswith("error: ")


@pytest.mark.parametrize("name", ["inspect", "augment", "predict", "recipes ls"])
def test_quiet_shows_results_alone(command: Command, arguments: dict[str, tuple], name: str) -> None:
    result = command(*arguments[name], "--quiet")
    assert result.exit_code == 0
    assert result.stdout
    assert result.stderr == ""
