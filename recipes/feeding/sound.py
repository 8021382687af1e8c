"""One audio cell of somebody else's dataset, whatever its form."""

from __future__ import annotations

import io
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np

from augment.parameters import ParameterError
from augment.transform import Audio, as_samples
from recipes.errors import CorpusError


def read_sound(cell: Any, where: str, rate: int | None = None) -> Audio | None:
    """Decode a cell to mono float32; None where it holds nothing.

    Parameters
    ----------
    cell : a path; ``{"array", "sampling_rate"}`` (or what answers to both keys, as a decoder of `datasets`
        does); ``{"bytes", "path"}``, not decoded; samples (samples,), or with channels, at `rate`.
    where : for messages.
    rate : Hz, for bare samples.

    Raises
    ------
    CorpusError : it can't be read, holds no numbers, or its rate isn't known.
    """
    if cell is None or (isinstance(cell, str) and not cell):
        return None
    try:
        if isinstance(cell, str | Path):
            return _file(cell)
        if isinstance(cell, Mapping) and cell.get("array") is None:
            return _encoded(cell)
        if not isinstance(cell, np.ndarray | list | tuple) and hasattr(cell, "__getitem__"):
            with suppress(KeyError, TypeError, IndexError):  # a tensor has no keys
                cell, rate = cell["array"], cell["sampling_rate"]
        if not rate:
            raise CorpusError(
                f"{where}: samples came without their rate; give {{'array': …, 'sampling_rate': 16000}}, or a "
                "column sampling_rate (Hz)."
            )
        return Audio(as_samples(_mono(np.asarray(cell))), int(rate))
    except (OSError, RuntimeError, ParameterError) as error:
        raise CorpusError(f"{where}: the audio can't be read: {error}") from error


def as_cell(audio: Audio | None, like: Any) -> Any:
    """The cell that stands for `audio` where the dataset had `like`: bare samples for bare samples, else a map."""
    if audio is None:
        return like
    if isinstance(like, np.ndarray | list | tuple):
        return audio.samples
    path = like.get("path") if isinstance(like, Mapping) else None
    return {"path": path, "array": audio.samples, "sampling_rate": audio.rate}


def _file(path: str | Path) -> Audio:
    from augment.audio.files import AudioError, read_audio

    try:
        return read_audio(path)
    except AudioError as error:
        raise OSError(str(error)) from error


def _encoded(cell: Mapping[str, Any]) -> Audio | None:
    import soundfile

    if cell.get("bytes") is None:
        return _file(cell["path"]) if cell.get("path") else None
    samples, rate = soundfile.read(io.BytesIO(cell["bytes"]), dtype="float32", always_2d=True)
    return Audio(as_samples(samples.mean(axis=1, dtype=np.float32)), int(rate))


def _mono(samples: np.ndarray) -> np.ndarray:
    """Channels averaged, whichever axis they are: there are never as many of them as samples."""
    if samples.ndim != 2:
        return samples
    floats = samples / 32768.0 if samples.dtype == np.int16 else samples
    return floats.mean(axis=int(np.argmin(samples.shape)), dtype=np.float32)
