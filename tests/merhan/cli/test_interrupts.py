"""Ctrl-C as a terminal sends it: to every process of the command at once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import Result

Command = Callable[..., Result]
MAIN = (sys.executable, "-c", "from merhan.cli.app import main; main()")


def augment(corpus: Path, out: Path, workers: int) -> tuple[str, ...]:
    return ("augment", "-r", "pseudo_speakers", "-c", str(corpus), "-o", str(out), "--workers", str(workers))


def contents(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def processes_of(group: int) -> list[str]:
    """Those of a process group that still run."""
    alive = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, number = path.read_text().rpartition(")")[2].split()[:3]
        except OSError:
            continue
        if int(number) == group and state != "Z":
            alive.append(path.parent.name)
    return alive


def interrupted(command: tuple[str, ...], ready: Callable[[], bool]) -> tuple[int, str, str]:
    """Exit code and output of a command that gets SIGINT once it is ready; none of its processes is left."""
    process = subprocess.Popen(
        [*MAIN, *command], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    deadline = time.monotonic() + 60
    while not ready() and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    stdout, stderr = process.communicate(timeout=60)
    while processes_of(process.pid) and time.monotonic() < deadline + 60:
        time.sleep(0.05)
    assert processes_of(process.pid) == []
    return process.returncode, stdout, stderr


@pytest.fixture(scope="module")
def whole(
    command: Command, voices_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, bytes]:
    """What an uninterrupted run writes."""
    folder = tmp_path_factory.mktemp("whole") / "out"
    assert command(*augment(voices_folder, folder, 1)).exit_code == 0
    return contents(folder)


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c_in_the_middle_of_augment(
    command: Command, voices_folder: Path, tmp_path: Path, whole: dict[str, bytes], workers: int
) -> None:
    out = tmp_path / "out"
    journal = out / ".journal.jsonl"

    def some_copies_are_there() -> bool:
        return journal.is_file() and journal.read_bytes().count(b"\n") > 2

    code, stdout, stderr = interrupted(augment(voices_folder, out, workers), some_copies_are_there)
    assert (code, stdout) == (130, "")
    assert stderr == "interrupted; the same command goes on from here.\n"
    assert journal.is_file()  # it was in the middle
    assert not list(out.glob("manifest*"))
    done = command(*augment(voices_folder, out, 1))
    assert done.exit_code == 0
    assert contents(out) == whole


def test_ctrl_c_in_the_middle_of_train(mute_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    sizes = ("-s", "model.lstm_size=8", "-s", "model.width=16", "-s", "model.heads=2")
    endless = ("-s", "train.epochs=1000", "-s", "train.patience=0")
    train = ("train", "-r", "baseline", "-c", str(mute_folder), "-o", str(out), "--quiet", *sizes, *endless)
    code, stdout, stderr = interrupted(train, lambda: any(out.glob("checkpoints/*/trainer_state.json")))
    assert (code, stdout) == (130, "")
    assert stderr == f"interrupted; go on with --out {out} --resume.\n"
    assert {path.name for path in out.iterdir()} == {"checkpoints", "config.yaml", "log"}
