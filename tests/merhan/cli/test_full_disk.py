"""A disk that is full, as a limit on the size of files shows it: one sentence, and nothing is lost."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from transformers import TrainerCallback
from typer.testing import Result

from merhan import MerhanError, train

Command = Callable[..., Result]
SMALL = {
    "name": "small",
    "summary": "A small one.",
    "train": {"epochs": 3, "batch_size": 8, "patience": 0},
    "model": {"lstm_size": 8, "width": 16, "heads": 2},
}


@contextmanager
def largest_file(size: int) -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_augment_with_workers(command: Command, voices_folder: Path, tmp_path: Path) -> None:
    """In processes of their own: that the signal which comes with the limit ends none of them is part of it."""
    out = tmp_path / "out"
    main = [sys.executable, "-c", "from merhan.cli.app import main; main()"]
    arguments = [
        "augment",
        "-r",
        "pseudo_speakers",
        "-c",
        str(voices_folder),
        "-o",
        str(out),
        "--workers",
        "2",
    ]
    with largest_file(4000):
        done = subprocess.run([*main, *arguments], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert "disk full while writing" in done.stderr
    assert "What is done is kept for the next run." in done.stderr
    assert not list(out.glob("manifest*"))
    assert command(*arguments).exit_code == 0
    whole = ("-o", tmp_path / "whole", "--workers", 1)
    assert command("augment", "-r", "pseudo_speakers", "-c", voices_folder, *whole).exit_code == 0
    assert contents(out) == contents(tmp_path / "whole")


class Fills(TrainerCallback):
    """The disk fills up in the last epoch."""

    def on_epoch_begin(self, args, state, control, **kwargs):
        if state.epoch >= 2:
            resource.setrlimit(
                resource.RLIMIT_FSIZE, (self.size, resource.getrlimit(resource.RLIMIT_FSIZE)[1])
            )

    def __init__(self, size: int):
        self.size = size


def test_training_goes_on_from_the_checkpoint_before(mute_folder: Path, tmp_path: Path) -> None:
    options = {"seed": 5, "latency_repeats": 1}
    whole = train(mute_folder, SMALL, tmp_path / "whole", **options)
    out = tmp_path / "run"
    weights = (tmp_path / "whole" / "model" / "model.safetensors").stat().st_size
    # Full at the log, at the model, and at the optimizer behind a model that still fits.
    for size in (10, weights // 2, weights + 2000):
        with largest_file(resource.RLIM_INFINITY), pytest.raises(MerhanError) as caught:
            train(mute_folder, SMALL, out, resume=True, callbacks=(Fills(size),), **options)
        said = str(caught.value)
        assert said.startswith("The disk is full while writing ")
        assert said.endswith(f"make room and go on with --out {out} --resume: what is done is kept.")
        assert not (out / "metrics.json").exists()
        assert (out / "checkpoints" / "checkpoint-8" / "trainer_state.json").is_file()
        assert not (out / "checkpoints" / "checkpoint-12" / "trainer_state.json").is_file()
    resumed = train(mute_folder, SMALL, out, resume=True, **options)
    assert resumed.metrics["dev"] == whole.metrics["dev"]
    assert resumed.metrics["test"] == whole.metrics["test"]


def test_a_disk_that_fills_up_behind_the_training(mute_folder: Path, tmp_path: Path, capfd) -> None:
    out = tmp_path / "run"
    with largest_file(200), pytest.raises(MerhanError, match="The disk is full while writing"):
        train(mute_folder, SMALL, out, latency_repeats=1)  # config.yaml is larger
    assert capfd.readouterr().err == ""  # no traceback of a log's thread
    assert not list(out.glob(".*")), "half a file is left"

    class Last(TrainerCallback):
        def on_train_end(self, args, state, control, **kwargs):
            resource.setrlimit(resource.RLIMIT_FSIZE, (2000, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))

    with largest_file(resource.RLIM_INFINITY), pytest.raises(MerhanError, match="The disk is full"):
        train(mute_folder, SMALL, out, resume=True, latency_repeats=1, callbacks=(Last(),))
    assert not (out / "metrics.json").exists()
    done = train(mute_folder, SMALL, out, resume=True, latency_repeats=1)
    assert json.loads((out / "metrics.json").read_text()) == done.metrics
