"""Where a run lies: its folder's name, when one may be written over, and what it was begun with."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import yaml

from merhan.errors import MerhanError
from merhan.evaluation.evaluate import read_metrics
from merhan.training.writing import write_text
from recipes.disk import is_full

# What makes a run the run that it is: the rest of its config says where and with what it was done.
JOB = ("recipe", "corpus_fingerprint", "seed", "split_seed", "split_by", "epochs", "ensemble")
# What a run holds; a folder with anything else in it is somebody's own, and is never removed.
CONFIG = "config.yaml"
OURS = {
    "metrics.json",
    "predictions.parquet",
    "report.html",
    CONFIG,
    "model",
    "log",
    "checkpoints",
    "members",
    "resampled.csv",
}


def open_run(
    out: Path | None, recipe: str, *, resume: bool = False, force: bool = False, resumable: bool = True
) -> Path:
    """The folder of this run, made; `resumable`: whether who is refused can be told to resume.

    Raises
    ------
    MerhanError : where it holds another run (without `force` or `resume`) or anything that is not a run's;
        where it can't be made.
    """
    folder = out or next_free(recipe)
    if folder.is_file():
        raise MerhanError(f"{folder} is a file; give --out a folder.")
    held = {entry.name for entry in folder.iterdir()} if folder.is_dir() else set()
    if held - OURS:
        alien = sorted(held - OURS)[0]
        raise MerhanError(f"{folder} holds {alien}, which is no part of a run; give --out another folder.")
    if held and resume:
        return folder
    if held and not force:
        ways = "--resume it, or --force" if resumable else "or --force"
        raise MerhanError(f"{folder} holds a run already; give --out another folder, {ways}.")
    for name in held:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    with writing_to(folder):
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def begin_run(folder: Path, config: Mapping[str, Any]) -> dict[str, Any] | None:
    """Write config.yaml; give the metrics of a run that was finished here before.

    Raises
    ------
    MerhanError : the folder holds the beginning, or the end, of another run.
    """
    path = folder / CONFIG
    text = yaml.safe_dump(dict(config), sort_keys=False, allow_unicode=True)
    if path.is_file():
        before = _read(path)
        now = yaml.safe_load(text)  # as it reads again: tuples are lists there
        changed = [name for name in JOB if before.get(name) != now.get(name)]
        if changed:
            words = [
                {"corpus_fingerprint": "corpus or plan"}.get(name, name.replace("_", " ")) for name in changed
            ]
            raise MerhanError(
                f"{folder} holds a run of another {' and '.join(words)}; "
                "give --out another folder, or --force."
            )
        if (folder / "metrics.json").is_file():
            return read_metrics(folder)
    write_text(path, text)
    return None


@contextmanager
def writing_to(folder: Path, again: str = "") -> Iterator[None]:
    """Around all that is written to a run: a full or read-only disk becomes one sentence.

    again : what to do once there is room; to resume, by default.

    Raises
    ------
    MerhanError : what is done is kept, for --resume.
    """
    again = again or f"go on with --out {folder} --resume: what is done is kept."
    try:
        yield
    except Exception as error:
        place = Path(getattr(error, "filename", None) or folder)
        if is_full(error):
            raise MerhanError(f"The disk is full while writing {place}; make room and {again}") from error
        if isinstance(error, OSError) and error.errno is not None and place.is_relative_to(folder):
            raise MerhanError(
                f"{folder} can't be written to: {error.strerror}; give --out another folder."
            ) from error
        raise


def next_free(recipe: str) -> Path:
    """The folder of a run that is given none: runs/<recipe>-<n>."""
    return next(path for n in count(1) if not (path := Path("runs") / f"{recipe}-{n}").exists())


def _read(path: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError):
        return {}
    return found if isinstance(found, dict) else {}
