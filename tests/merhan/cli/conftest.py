"""The command line called in this process, and a finished run to show it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from merhan.cli.app import app

Command = Callable[..., Result]


@pytest.fixture(scope="session")
def command() -> Command:
    """`command("inspect", "-c", folder)`: exit code, standard output, standard error."""

    def call(*arguments: object, env: dict[str, str] | None = None) -> Result:
        return CliRunner().invoke(app, [str(argument) for argument in arguments], env=env)

    return call


def trained(command: Command, corpus: Path, folder: Path, seed: int) -> Result:
    sizes = ("lstm_size=8", "width=16", "heads=2")
    settings = [word for size in sizes for word in ("-s", f"model.{size}")]
    recipe = ("-r", "class_weights", "-s", "features.text_encoder=scratch", "--epochs", 1)
    return command("train", "-c", corpus, "-o", folder, "--seed", seed, *recipe, *settings, "--json")


@pytest.fixture(scope="session")
def training(voices_folder: Path, tmp_path_factory: pytest.TempPathFactory, command: Command) -> Result:
    """`train --json` of a small network that reads text too."""
    return trained(command, voices_folder, tmp_path_factory.mktemp("finished") / "run", 0)


@pytest.fixture(scope="session")
def finished(training: Result) -> Path:
    """The run of `training`; never written to."""
    assert training.exit_code == 0, training.output
    return Path(json.loads(training.stdout)["run"])


@pytest.fixture(scope="session")
def other_seed(voices_folder: Path, tmp_path_factory: pytest.TempPathFactory, command: Command) -> Path:
    """A run like `finished` with another seed; never written to."""
    result = trained(command, voices_folder, tmp_path_factory.mktemp("finished") / "other", 1)
    assert result.exit_code == 0, result.output
    return Path(json.loads(result.stdout)["run"])
