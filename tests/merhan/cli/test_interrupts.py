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
# What a terminal's process does; one that was started in the background ignores Ctrl-C.
LISTEN = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)"
MAIN = f"{LISTEN}\nfrom merhan.cli.app import main; main()"
# Ctrl-C comes the moment a third task is done, however fast or busy the machine is.
AT_THE_THIRD_TASK = f"""
import os, signal
from recipes.journal import Journal
add, tasks = Journal.add, []
def counted(self, *task):
    add(self, *task)
    tasks.append(task)
    if len(tasks) == 3:
        os.killpg(0, signal.SIGINT)
Journal.add = counted
{MAIN}
"""


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


def started(program: str, command: tuple[str, ...]) -> subprocess.Popen[str]:
    """The command in a process group of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", program, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def ended(process: subprocess.Popen[str]) -> tuple[int, str, str]:
    """Exit code and output; none of its processes is left."""
    deadline = time.monotonic() + 60
    stdout, stderr = process.communicate(timeout=60)
    while processes_of(process.pid) and time.monotonic() < deadline:
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
    code, stdout, stderr = ended(started(AT_THE_THIRD_TASK, augment(voices_folder, out, workers)))
    assert (code, stdout) == (130, "")
    assert stderr == "interrupted; the same command goes on from here.\n"
    assert (out / ".journal.jsonl").is_file()  # it was in the middle
    assert not list(out.glob("manifest*"))
    done = command(*augment(voices_folder, out, 1))
    assert done.exit_code == 0
    assert contents(out) == whole


def test_ctrl_c_in_the_middle_of_train(mute_folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "run"
    sizes = ("-s", "model.lstm_size=8", "-s", "model.width=16", "-s", "model.heads=2")
    endless = ("-s", "train.epochs=1000", "-s", "train.patience=0")
    train = ("train", "-r", "baseline", "-c", str(mute_folder), "-o", str(out), "--quiet", *sizes, *endless)
    process = started(MAIN, train)
    deadline = time.monotonic() + 120
    while not any(out.glob("checkpoints/*/trainer_state.json")) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGINT)
    code, stdout, stderr = ended(process)
    assert (code, stdout) == (130, "")
    assert stderr == f"interrupted; go on with --out {out} --resume.\n"
    assert {path.name for path in out.iterdir()} == {"checkpoints", "config.yaml", "log"}
