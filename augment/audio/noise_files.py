"""Cuts of noise recordings."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator

from augment.audio.files import SUFFIXES, AudioError, read_audio, read_header
from augment.audio.levels import is_silent
from augment.parameters import ParameterError, Unavailable

TRIES = 10  # recordings are often silent at their ends; ten silent cuts in a row mean a silent file

Folder = str | Path | Sequence[str | Path]


def noise_files(folder: Folder) -> dict[str, Path]:
    """Every sound file by the name that provenance records: its path below the folder, or the path given."""
    given = [folder] if isinstance(folder, str | Path) else list(folder)
    return _listed(tuple(str(path) for path in given))


@lru_cache(maxsize=32)
def _listed(given: tuple[str, ...]) -> dict[str, Path]:
    files: dict[str, Path] = {}
    for name in given:
        path = Path(name).expanduser()
        if path.is_file():
            files.setdefault(name, path)
        elif path.is_dir():
            for file in sorted(path.rglob("*"), key=lambda found: found.relative_to(path).as_posix()):
                if file.suffix.lower() in SUFFIXES and not file.name.startswith(".") and file.is_file():
                    files.setdefault(file.relative_to(path).as_posix(), file)
        else:
            raise ParameterError("folder", f"{name} does not exist; give a folder of recordings or a file")
    if not files:
        raise ParameterError("folder", f"no sound file in {', '.join(given)} ({' '.join(sorted(SUFFIXES))})")
    return files


def check_readable(folder: Folder) -> None:
    """Look at the header of every recording: one broken file would end a long run wherever it is drawn.

    Raises
    ------
    Unavailable : names the first that can't be read.
    """
    broken = []
    for path in noise_files(folder).values():
        try:
            read_header(path)
        except AudioError as error:
            broken.append(str(error))
    if broken:
        others = f" ({len(broken)} files in all can't be read)" if len(broken) > 1 else ""
        raise Unavailable("folder", f"{broken[0].rstrip('.')}, or remove it{others}.")


def draw_cut(rng: Generator, folder: Folder, duration: float) -> dict[str, Any]:
    """`file` and `offset` (s) of a cut of `duration` s; file None where ten in a row are silent."""
    files = noise_files(folder)
    names = list(files)
    for _ in range(TRIES):
        name = names[int(rng.integers(len(names)))]
        header = read_header(files[name])
        wanted = max(duration, 1 / header.rate)
        offset = float(rng.uniform(0.0, max(0.0, header.duration - wanted)))
        if not is_silent(read_audio(files[name], offset, min(header.duration, offset + wanted)).samples):
            return {"file": name, "offset": offset}
    return {"file": None, "offset": 0.0}


def cut_of(folder: Folder, file: str | None, offset: float, count: int, rate: int) -> np.ndarray | None:
    """The cut that was drawn, (count,) at `rate` Hz, repeated where the file is shorter; None for no file."""
    if file is None:
        return None
    path = noise_files(folder).get(file)
    if path is None:
        raise ParameterError("folder", f"{file} is no longer in {folder}; put it back to replay this noise")
    header = read_header(path)
    end = min(header.duration, offset + count / rate + 1 / header.rate)
    noise = read_audio(path, offset, end).samples
    if header.rate != rate:
        from augment.audio.kernels.resample import resample_to

        noise = resample_to(noise, max(1, round(len(noise) * rate / header.rate)))
    return np.resize(noise, count)
