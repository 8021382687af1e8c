"""Utterances as a scikit-learn pipeline holds them: texts, sounds, Samples or a table; read, and made alike."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from augment.chain import Sample
from augment.transform import Audio
from recipes.corpus.columns import ALIASES
from recipes.errors import CorpusError

NOT_TAKEN = {
    "label",
    *ALIASES["label"],
    "source_id",
    "split",
}  # y says what a row is, and a fold what it is for


def items_of(X: Any) -> list[Any]:
    """The utterances of a list, array, Series or DataFrame; a column of one stands for its cells.

    Raises
    ------
    CorpusError : X holds nothing.
    """
    if hasattr(X, "toarray"):
        raise CorpusError(
            "X is a sparse matrix of features; put the sampler before what makes features of texts."
        )
    if hasattr(X, "iloc") and getattr(X, "ndim", 1) == 2:
        items: list[Any] = X.to_dict("records")
    elif isinstance(X, np.ndarray) and X.ndim == 2 and X.shape[1] == 1:
        items = list(X[:, 0])
    else:
        items = list(X)
    if not items:
        raise CorpusError("X holds nothing to resample.")
    return items


def as_rows(
    items: Sequence[Any], labels: Iterable[Any], modality: str, rate: int | None
) -> list[dict[str, Any]]:
    """A dataset of dicts for `recipes.feeding.datasets.corpus_of`.

    modality : text, audio (strings are then paths), or auto (strings are texts). rate : Hz of bare samples.
    """
    return [
        {**_row(item, number, modality, rate), "label": str(label)}
        for number, (item, label) in enumerate(zip(items, labels, strict=True))
    ]


def like(
    sample: Sample, item: Any, names: Mapping[str, str], key: str, modality: str, folder: Path | None
) -> Any:
    """`sample` in the form that its source, `item`, had: what was a path is written below `folder`.

    names : our column to the item's, of a dict. key : what an item that has an id is called.
    """
    if isinstance(item, Mapping) and not _is_sound(item):
        changed = {"id": key, "text": sample.text}
        made = {names[ours]: value for ours, value in changed.items() if ours in names and value is not None}
        if "audio" in names and sample.audio is not None:
            made[names["audio"]] = _sound_like(sample.audio, item[names["audio"]], folder)
        return {**item, **made}
    if isinstance(item, Sample):
        return Sample(f"{item.id}{key[key.rindex('~') :]}", sample.audio, sample.text)
    if isinstance(item, str) and modality != "audio":
        return sample.text
    return _sound_like(sample.audio, item, folder)


def _row(item: Any, number: int, modality: str, rate: int | None) -> dict[str, Any]:
    if isinstance(item, Sample):
        sound = item.audio
        return {"text": item.text or "", "audio": sound and _map(sound.samples, sound.rate)}
    if isinstance(item, Mapping) and not _is_sound(item):
        row = {
            name: None if isinstance(value, float) and np.isnan(value) else value  # a table's missing cell
            for name, value in item.items()
            if str(name).lower() not in NOT_TAKEN
        }
        return row | {"sampling_rate": rate} if rate and "sampling_rate" not in row else row
    if isinstance(item, str) and modality != "audio":
        return {"text": item}
    if modality == "text" or not isinstance(item, str | Path | Audio | Mapping | np.ndarray | list | tuple):
        raise CorpusError(
            f"row {number} of X is a {type(item).__name__}; give texts, sounds (samples, (samples, rate), paths), Samples, "
            "or a table with columns text, audio and speaker."
        )
    if isinstance(item, Audio):
        return {"audio": _map(item.samples, item.rate)}
    if _is_pair(item):
        return {"audio": _map(item[0], int(item[1]))}
    if isinstance(item, np.ndarray | list | tuple) and rate is None:
        raise CorpusError(f"row {number} of X has samples without their rate; give rate=16000 (Hz), say.")
    return {"audio": item, "sampling_rate": rate}


def _sound_like(audio: Audio, cell: Any, folder: Path | None) -> Any:
    if isinstance(cell, str | Path):
        return type(cell)(_written(audio, folder))
    if isinstance(cell, Audio):
        return audio
    if _is_pair(cell):
        return type(cell)((audio.samples, audio.rate))
    if isinstance(cell, Mapping):
        return {**cell, "array": audio.samples, "sampling_rate": audio.rate}
    samples = audio.samples
    return samples.astype(cell.dtype) if isinstance(cell, np.ndarray) and cell.dtype.kind == "f" else samples


def _written(audio: Audio, folder: Path | None) -> str:
    """Named by what is in it: the same sound is the same file, whichever fold it is made in."""
    from augment.audio.files import write_audio

    if folder is None:
        raise CorpusError("X holds paths of sounds: say with folder= where the new ones are to be written.")
    folder.mkdir(parents=True, exist_ok=True)
    digest = hashlib.blake2b(audio.samples.tobytes() + str(audio.rate).encode(), digest_size=12).hexdigest()
    path = folder / f"{digest}.flac"
    if not path.is_file():
        write_audio(path, audio)
    return str(path)


def _map(samples: Any, rate: int) -> dict[str, Any]:
    return {"array": samples, "sampling_rate": rate}


def _is_sound(item: Mapping[str, Any]) -> bool:
    return "array" in item and "sampling_rate" in item


def _is_pair(item: Any) -> bool:
    pair = isinstance(item, list | tuple) and len(item) == 2
    return pair and np.ndim(item[0]) > 0 and np.ndim(item[1]) == 0
