"""Where a run lies: its folder's name, and when one may be written over."""

from __future__ import annotations

import shutil
from itertools import count
from pathlib import Path

from merhan.errors import MerhanError

# What a run holds; a folder with anything else in it is somebody's own, and is never removed.
OURS = {"metrics.json", "predictions.parquet", "report.html", "config.yaml", "model", "log", "checkpoints"}


def open_run(out: Path | None, recipe: str, *, resume: bool = False, force: bool = False) -> Path:
    """The folder of this run, made.

    Raises
    ------
    MerhanError : where it holds another run (without `force` or `resume`) or anything that is not a run's.
    """
    folder = out or _next_free(recipe)
    if folder.is_file():
        raise MerhanError(f"{folder} is a file; give --out a folder.")
    held = {entry.name for entry in folder.iterdir()} if folder.is_dir() else set()
    if held - OURS:
        alien = sorted(held - OURS)[0]
        raise MerhanError(f"{folder} holds {alien}, which is no part of a run; give --out another folder.")
    if held and resume:
        return folder
    if held and not force:
        raise MerhanError(
            f"{folder} holds a run already; give --out another folder, --resume it, or --force."
        )
    for name in held:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _next_free(recipe: str) -> Path:
    return next(path for n in count(1) if not (path := Path("runs") / f"{recipe}-{n}").exists())
