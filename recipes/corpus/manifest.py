"""Manifests in CSV, JSONL and Parquet: found, read, written."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from recipes.corpus.columns import match_columns
from recipes.corpus.rows import RowReader
from recipes.corpus.utterance import Utterance
from recipes.corpus.writing import FORMATS
from recipes.errors import CorpusError

NAMES = tuple(f"manifest.{name}" for name in FORMATS)
_SUFFIXES = {".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl", ".ndjson": "jsonl", ".parquet": "parquet"}


def find_manifest(path: Path) -> Path:
    """The manifest in a corpus's folder, or `path` itself where it is one.

    Raises
    ------
    CorpusError : there is none, or several; the message says what was looked for.
    """
    if path.is_dir():
        found = [path / name for name in NAMES if (path / name).is_file()]
        if not found:
            raise CorpusError(
                f"{path} holds no manifest (looked for {', '.join(NAMES)}); add one, or name its file."
            )
        if len(found) > 1:
            names = " and ".join(file.name for file in found)
            raise CorpusError(f"{path} holds {names}; give the path of the one that you mean.")
        return found[0]
    if not path.exists():
        raise CorpusError(
            f"{path} does not exist; give a folder with {' or '.join(NAMES)}, or a manifest's path."
        )
    if path.suffix.lower() not in _SUFFIXES:
        raise CorpusError(
            f"{path} is no manifest: its name ends in none of {', '.join(_SUFFIXES)}; convert it."
        )
    return path


def read_manifest(path: Path, columns: Mapping[str, str] | None = None) -> tuple[list[Utterance], list[str]]:
    """All rows of a manifest, and notes on what was understood or mended.

    Parameters
    ----------
    path : a file, as `find_manifest` gives it.
    columns : our column to the manifest's, for names that are not understood.

    Raises
    ------
    CorpusError : with file, line (row in Parquet) and id.
    """
    kind = _SUFFIXES[path.suffix.lower()]
    read = {"csv": _read_csv, "jsonl": _read_jsonl, "parquet": _read_parquet}[kind]
    headers, rows, notes = read(path)
    matched, understood = match_columns(headers, columns, path.name)
    reader = RowReader(path.name, "row" if kind == "parquet" else "line", matched)
    utterances = reader.read(rows)
    return utterances, [*notes, *understood, *reader.notes()]


def _read_csv(path: Path) -> tuple[list[str], Iterator[tuple[int, dict[str, str]]], list[str]]:
    text, notes = _decode(path)
    delimiter = _delimiter(text.split("\n", 1)[0])
    if delimiter != ",":
        notes.append(
            f"{path.name}: columns are separated by {'tabs' if delimiter == chr(9) else 'semicolons'}."
        )
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    headers = [header.strip() for header in next(_numbered(lines, path.name), (1, []))[1]]
    if not headers:
        raise CorpusError(
            f"{path.name} is empty; write the column names on its first line, such as id,audio,text,label."
        )

    def rows() -> Iterator[tuple[int, dict[str, str]]]:
        for line, cells in _numbered(lines, path.name):
            if len(cells) != len(headers):
                raise CorpusError(
                    f"{path.name} line {line}: {len(cells)} cells under {len(headers)} column names; "
                    "put texts that hold the separator or a line break in double quotes."
                )
            yield line, dict(zip(headers, cells, strict=True))

    return headers, rows(), notes


def _numbered(lines: Any, where: str) -> Iterator[tuple[int, list[str]]]:
    """Rows that are not blank, each with the line on which it begins."""
    while True:
        line = lines.line_num + 1
        try:
            cells = next(lines, None)
        except csv.Error as error:
            raise CorpusError(
                f"{where} line {line}: {error}; look for a double quote that is not closed."
            ) from None
        if cells is None:
            return
        if any(cells):
            yield line, cells


def _decode(path: Path) -> tuple[str, list[str]]:
    """UTF-8 with or without a mark, UTF-16 with one, else Windows-1252 as old Excel writes it."""
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16"), [f"{path.name}: read as UTF-16."]
    try:
        return data.decode("utf-8-sig"), []
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
    try:
        return data.decode("cp1252"), [
            f"{path.name}: not UTF-8 from line {line} on, so read as Windows-1252."
        ]
    except UnicodeDecodeError:
        raise CorpusError(f"{path.name} line {line}: not UTF-8 text; save the manifest as UTF-8.") from None


def _delimiter(header: str) -> str:
    return max(",\t;", key=header.count) if "," not in header else ","


def _read_jsonl(path: Path) -> tuple[list[str], Iterator[tuple[int, dict[str, Any]]], list[str]]:
    text, notes = _decode(path)
    rows, headers = [], {}
    for line, content in enumerate(text.split("\n"), start=1):
        if not content.strip():
            continue
        try:
            row = json.loads(content)
        except json.JSONDecodeError as error:
            raise CorpusError(
                f"{path.name} line {line}: no JSON ({error.msg} at column {error.colno}); write one object "
                "a line."
            ) from None
        if not isinstance(row, dict):
            raise CorpusError(
                f'{path.name} line {line}: {content.strip()[:40]!r} is no object; write {{"id": …}}.'
            )
        if "\\ud" in content.lower() and not _encodes(row):
            raise CorpusError(
                f"{path.name} line {line}: half a character (\\ud800 to \\udfff alone); write it whole."
            )
        headers.update(dict.fromkeys(row))
        rows.append((line, row))
    if not rows:
        raise CorpusError(f"{path.name} holds no rows; write one object a line.")
    return list(headers), iter(rows), notes


def _encodes(row: dict[str, Any]) -> bool:
    try:
        json.dumps(row, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


def _read_parquet(path: Path) -> tuple[list[str], Iterator[tuple[int, dict[str, Any]]], list[str]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        # One thread: a reader pool would outlive the call, and fork badly.
        table = pq.ParquetFile(path).read(use_threads=False)
    except (pa.ArrowException, OSError) as error:
        raise CorpusError(
            f"{path.name} can't be read as Parquet ({str(error).splitlines()[0]}); write it anew."
        ) from None
    packed = [field.name for field in table.schema if (field.metadata or {}).get(b"content") == b"json"]

    def rows() -> Iterator[tuple[int, dict[str, Any]]]:
        for number, row in enumerate(table.to_pylist(), start=1):
            for name in packed:
                if row[name] is not None:
                    row[name] = json.loads(row[name])
            yield number, row

    return table.column_names, rows(), []
