"""Runs of which something is broken or gone: one sentence that names it."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Command = Callable[..., Result]


@pytest.fixture
def run(finished: Path, tmp_path: Path) -> Path:
    """A run that may be broken: files are shared with the whole one, so replace them, never write into them."""
    shutil.copytree(finished, tmp_path / "run", copy_function=os.link)
    return tmp_path / "run"


def replaced(path: Path, content: bytes | None) -> None:
    path.unlink()
    if content is not None:
        path.write_bytes(content)


def sentence(result: Result) -> str:
    assert result.exit_code == 1, result.output
    assert result.stdout == ""
    assert len(result.stderr.splitlines()) == 1, result.stderr
    assert "unexpected" not in result.stderr
    return result.stderr


BROKEN = [
    ("config.json", None, "run holds no model"),
    ("config.json", b'{"model_type": "merhan"', "model/config.json is broken"),
    ("config.json", b'{"model_type": "bert"}', "a model of type 'bert', not merhan"),
    ("model.safetensors", None, "no file named model.safetensors"),
    ("model.safetensors", "half", "can't be loaded"),
    ("processor_config.json", None, "holds no processor_config.json"),
    ("processor_config.json", b'["a"', "model/processor_config.json is broken"),
    ("feature_statistics.safetensors", None, "feature_statistics.safetensors"),
    ("feature_statistics.safetensors", b"x", "can't be loaded"),
    ("tokenizer.json", None, "can't be loaded"),
    ("tokenizer.json", b"{", "can't be loaded"),
]


@pytest.mark.parametrize(("name", "content", "words"), BROKEN)
def test_a_broken_model(
    command: Command, run: Path, voices_folder: Path, name: str, content: bytes | str | None, words: str
) -> None:
    path = run / "model" / name
    replaced(path, path.read_bytes()[: path.stat().st_size // 2] if content == "half" else content)
    assert words in sentence(command("predict", run, "--text", "What a day."))
    assert words in sentence(command("evaluate", run, "-c", voices_folder))


def test_a_model_that_lacks_weights_is_not_filled_up_at_random(command: Command, run: Path) -> None:
    from safetensors.torch import load_file, save_file

    path = run / "model" / "model.safetensors"
    weights = load_file(path)
    gone = sorted(weights)[0]
    del weights[gone]
    path.unlink()
    save_file(weights, path, {"format": "pt"})
    said = sentence(command("predict", run, "--text", "What a day."))
    assert f"model.safetensors lacks 1 of its weights ({gone} first)" in said


def test_no_model_at_all(command: Command, run: Path, tmp_path: Path) -> None:
    shutil.rmtree(run / "model")
    for folder in (run, tmp_path / "nowhere"):
        said = sentence(command("predict", folder, "--text", "What a day."))
        assert "holds no model: give the folder of a finished run" in said


@pytest.mark.parametrize(
    ("content", "words"),
    [(None, "is not a finished run"), (b'{"test": {"uar": ', "metrics.json is broken"), (b"[]", "is broken")],
)
def test_broken_metrics(command: Command, run: Path, content: bytes | None, words: str) -> None:
    replaced(run / "metrics.json", content)
    assert words in sentence(command("evaluate", run))


def test_metrics_that_lack_figures(command: Command, run: Path) -> None:
    metrics = json.loads((run / "metrics.json").read_text())
    del metrics["yardstick"]
    replaced(run / "metrics.json", json.dumps(metrics).encode())
    assert "metrics.json is broken (it lacks yardstick)" in sentence(command("evaluate", run))


def test_input_that_can_not_be_predicted_from(command: Command, finished: Path, tmp_path: Path) -> None:
    (tmp_path / "page.wav").write_bytes(b"<html>not found</html>")
    (tmp_path / "silence").mkdir()
    for arguments, words in (
        (("--audio", tmp_path / "gone.wav"), "gone.wav does not exist"),
        (("--audio", tmp_path / "page.wav"), "is not audio: starts with '<htm'"),
        (("--audio", tmp_path), "is a folder, not a sound file"),
        (("--text", " "), "neither audio nor text"),
        (("--text", "So?", "--speaker-audio", tmp_path / "silence"), "holds no sound file"),
    ):
        assert words in sentence(command("predict", finished, *arguments))
    assert command("predict", finished).exit_code == 2
    assert command("evaluate", finished, "--split", "bogus").exit_code == 2
