"""Manifests written: the same rows give the same bytes, and a file is whole or not there."""

from __future__ import annotations

import io
import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from recipes.corpus.columns import COLUMNS
from recipes.corpus.utterance import Utterance
from recipes.errors import CorpusError

FORMATS = ("csv", "jsonl", "parquet")
_TO_QUOTE = re.compile(r'[,"\r\n]')
_ALWAYS = ("id", "audio", "text", "label")


def write_manifest(utterances: Sequence[Utterance], folder: Path, format: str = "parquet") -> Path:
    """Write `manifest.<format>` into `folder`: columns that no row uses are left out.

    CSV knows text alone: a soft label becomes its largest share there, a further column's number its digits.

    Raises
    ------
    CorpusError : `format` is unknown.
    OSError : the disk is full, or the folder can't be written to; no half file is left.
    """
    check_format(format)
    used = [name for name in COLUMNS if name in _ALWAYS or any(_filled(getattr(u, name)) for u in utterances)]
    further = list(dict.fromkeys(name for utterance in utterances for name in utterance.extra))
    write = {"csv": _csv_bytes, "jsonl": _jsonl_bytes, "parquet": _parquet_bytes}[format]
    path = folder / f"manifest.{format}"
    write_whole(path, write(utterances, used, further))
    return path


def check_format(format: str) -> None:
    """CorpusError for what is no manifest format."""
    if format not in FORMATS:
        raise CorpusError(f"{format!r} is no manifest format; choose one of {', '.join(FORMATS)}.")


def write_whole(path: Path, content: bytes) -> None:
    """Write beside `path` first, then rename, so that a reader sees the old file or the new one."""
    temporary = path.with_name(f".{path.name}.part")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def as_json(value: Any) -> str:
    """JSON in its one written form."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(", ", ": "))


def _filled(value: Any) -> bool:
    return value is not None and value != ""


def _csv_bytes(utterances: Sequence[Utterance], used: list[str], further: list[str]) -> bytes:
    lines = [[*used, *further]]
    for row in utterances:
        cells = {name: getattr(row, name) for name in used} | {"label": row.hard_label}
        lines.append([*cells.values(), *(row.extra.get(name) for name in further)])
    return "".join(",".join(map(_cell, line)) + "\n" for line in lines).encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        value = repr(value) if isinstance(value, int | float) else as_json(value)
    # Not csv.writer: that of Python 3.11 leaves a lone carriage return unquoted, and no reader takes it.
    return f'"{value.replace(chr(34), chr(34) * 2)}"' if _TO_QUOTE.search(value) else value


def _jsonl_bytes(utterances: Sequence[Utterance], used: list[str], further: list[str]) -> bytes:
    lines = []
    for row in utterances:
        cells = {name: getattr(row, name) for name in used if _filled(getattr(row, name))}
        for name in _ALWAYS:
            cells.setdefault(name, "")
        cells |= {name: row.extra[name] for name in further if name in row.extra}
        ordered = {name: cells[name] for name in (*used, *further) if name in cells}
        lines.append(json.dumps(ordered, ensure_ascii=False) + "\n")
    return "".join(lines).encode()


def _parquet_bytes(utterances: Sequence[Utterance], used: list[str], further: list[str]) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    soft = any(not isinstance(row.label, str) for row in utterances)
    fields, arrays = [], []
    for name in used:
        kind = {"start": pa.float64(), "end": pa.float64(), "copy": pa.int32()}.get(name, pa.string())
        values = [getattr(row, name) for row in utterances]
        metadata = None
        if name == "label" and soft:
            kind = pa.map_(pa.string(), pa.float64())
            values = [[(v, 1.0)] if isinstance(v, str) else list(v.items()) for v in values]
        elif name == "transforms":
            values = [None if value is None else as_json(value) for value in values]
        elif kind == pa.string() and name not in _ALWAYS:
            values = [value or None for value in values]
        fields.append(pa.field(name, kind, metadata=metadata))
        arrays.append(_array(values, kind))
    for name in further:
        kind, values = _further([row.extra.get(name) for row in utterances])
        packed = kind is None
        fields.append(pa.field(name, kind or pa.string(), metadata={"content": "json"} if packed else None))
        arrays.append(_array(values, kind or pa.string()))
    sink = io.BytesIO()
    pq.write_table(pa.table(arrays, schema=pa.schema(fields)), sink, compression="zstd", version="2.6")
    return sink.getvalue()


def _array(values: list[Any], kind: Any) -> Any:
    """`pa.array(values, kind)`, which imports all of pandas, where that is installed, to ask whether this is a Series."""
    import numpy as np
    import pyarrow as pa

    numbers = {pa.float64(): np.float64, pa.int32(): np.int32, pa.int64(): np.int64}
    there = np.array([value is not None for value in values])
    valid = None if there.all() else pa.py_buffer(np.packbits(there, bitorder="little"))
    if kind in numbers:
        plain = np.array([0 if value is None else value for value in values], dtype=numbers[kind])
        return pa.Array.from_buffers(kind, len(values), [valid, pa.py_buffer(plain)])
    if kind == pa.string():
        texts = [b"" if value is None else value.encode() for value in values]
        ends = np.cumsum([0, *map(len, texts)])
        if ends[-1] < 2**31:  # else in several pieces
            buffers = [valid, pa.py_buffer(ends.astype(np.int32)), pa.py_buffer(b"".join(texts))]
            return pa.Array.from_buffers(kind, len(values), buffers)
    return pa.array(values, kind)


def _further(values: list[Any]) -> tuple[Any, list[Any]]:
    """The Parquet type of a further column; None, and its values as JSON, where they are of several kinds."""
    import pyarrow as pa

    kinds = {type(value) for value in values if value is not None}
    for python, arrow in ((str, pa.string()), (bool, pa.bool_()), (int, pa.int64()), (float, pa.float64())):
        if kinds == {python} and (python is not int or all(v is None or abs(v) < 2**63 for v in values)):
            return arrow, values
    return None, [None if value is None else json.dumps(value, ensure_ascii=False) for value in values]
