"""One raw row of a manifest to an Utterance, with errors that name file, line and id."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any

from recipes.corpus.columns import COLUMNS, SPLITS
from recipes.corpus.utterance import Label, Utterance
from recipes.errors import CorpusError
from recipes.suggest import did_you_mean

_TEXTS = ("speaker", "dialogue", "session", "gender", "language", "corpus", "source_id", "voice")

# Windows-1252 read as if it were Latin-1: MELD's own CSV says "I\x92m" (declare-lab/MELD#28).
_CP1252 = {
    code: bytes([code]).decode("cp1252")
    for code in range(0x80, 0xA0)
    if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
} | {0xA0: " "}


class RowReader:
    """Reads the rows of one manifest and counts what it had to mend on the way.

    Parameters
    ----------
    where : the manifest's name.
    unit : what a row's number counts, "line" or "row".
    columns : header to column, from `match_columns`.
    """

    def __init__(self, where: str, unit: str, columns: Mapping[str, str]):
        self.where, self.unit, self.columns = where, unit, columns
        self.mended: Counter[str] = Counter()

    def read(self, rows: Iterable[tuple[int, Mapping[str, Any]]]) -> list[Utterance]:
        """All rows; ids are unique afterwards.

        Raises
        ------
        CorpusError : the first row that is not as it must be.
        """
        utterances, seen = [], {}
        for line, raw in rows:
            utterance = self._utterance(line, raw)
            if utterance.id in seen:
                raise self._error(
                    line,
                    utterance.id,
                    f"the id is used already on {self.unit} {seen[utterance.id]}; make ids unique",
                )
            seen[utterance.id] = line
            utterances.append(utterance)
        if not utterances:
            raise CorpusError(f"{self.where} holds no rows; add one a line below the header.")
        return utterances

    def notes(self) -> list[str]:
        """What was mended, one sentence each."""
        return [f"{self.where}: {text.format(count)}" for text, count in self.mended.items()]

    def _utterance(self, line: int, raw: Mapping[str, Any]) -> Utterance:
        cells: dict[str, Any] = {}
        for header, value in raw.items():
            if value is not None and value != "" and value == value:  # NaN is how pandas writes an empty cell
                cells[self.columns.get(header, header)] = value
        extra = {name: _plain(cells.pop(name)) for name in list(cells) if name not in COLUMNS}
        key = _text(cells.get("id"))
        if not key:
            raise self._error(line, None, "the id is empty; give every row one")
        utterance = Utterance(
            id=key,
            label=self._label(line, key, cells.get("label")),
            audio=self._audio(line, key, cells.get("audio")),
            text=self._transcript(cells.get("text")),
            split=self._split(line, key, _text(cells.get("split"))),
            start=self._seconds(line, key, "start", cells.get("start")),
            end=self._seconds(line, key, "end", cells.get("end")),
            copy=self._copy(line, key, cells.get("copy")),
            transforms=self._transforms(line, key, cells.get("transforms")),
            extra=extra,
            line=line,
            **{name: _text(cells.get(name)) for name in _TEXTS},
        )
        self._check(line, utterance)
        return utterance

    def _check(self, line: int, row: Utterance) -> None:
        if row.start is not None and row.end is not None and row.start >= row.end:
            raise self._error(
                line,
                row.id,
                f"start {row.start:g} is not before end {row.end:g}; both are seconds in the file",
            )
        if row.source_id == row.id:
            raise self._error(
                line, row.id, "it names itself as source_id; name the row that it was made from"
            )
        if not row.source_id and (row.copy is not None or row.transforms is not None or row.voice):
            raise self._error(
                line,
                row.id,
                "copy, voice and transforms belong to copies, and source_id is empty; "
                "name the row that it was made from, or leave them empty",
            )

    def _label(self, line: int, key: str, value: Any) -> Label:
        if isinstance(value, list) and all(isinstance(pair, tuple) for pair in value):
            value = dict(value)  # a Parquet map arrives as pairs
        if not isinstance(value, Mapping | list):
            name = _text(value)
            if not name:
                raise self._error(line, key, "the label is empty; give it a class or remove the row")
            return name
        try:
            shares = {str(name).strip(): float(share) for name, share in dict(value).items() if share}
        except (TypeError, ValueError):
            shares = {}
        total = sum(shares.values())
        if not shares or "" in shares or not math.isfinite(total) or min(shares.values()) < 0:
            raise self._error(
                line,
                key,
                f"the soft label {value!r} is not a map of class to share; write "
                '{"joy": 0.7, "anger": 0.3}',
            )
        if abs(total - 1) > 1e-6:
            self.mended["shares of {} soft labels did not add up to 1 and were scaled."] += 1
            shares = {name: share / total for name, share in shares.items()}
        return next(iter(shares)) if len(shares) == 1 else dict(sorted(shares.items()))

    def _audio(self, line: int, key: str, path: Any) -> str:
        if path is not None and not isinstance(path, str):
            raise self._error(
                line, key, f"audio holds {type(path).__name__}, no path; write the sound to a file"
            )
        if not path or "\\" not in path:
            return _text(path)
        self.mended["read {} audio paths with backslashes as ones with slashes."] += 1
        return path.strip().replace("\\", "/")

    def _transcript(self, value: Any) -> str:
        text = value if isinstance(value, str) else _text(value)
        mended = text.translate(_CP1252)
        if mended != text:
            fixed = sum(a != b for a, b in zip(text, mended, strict=True))
            self.mended["mended {} control characters of Windows-1252 in texts."] += fixed
        return mended

    def _split(self, line: int, key: str, word: str) -> str:
        if word and word.lower() not in SPLITS:
            raise self._error(
                line,
                key,
                f"split {word!r} is not one of train, dev, test (valid, val and validation are read as "
                f"dev){did_you_mean(word, SPLITS)}",
            )
        return SPLITS[word.lower()] if word else ""

    def _seconds(self, line: int, key: str, name: str, value: Any) -> float | None:
        if value is None:
            return None
        try:
            seconds = float(value)
        except (TypeError, ValueError):
            seconds = math.nan
        if isinstance(value, bool) or not (math.isfinite(seconds) and seconds >= 0):
            raise self._error(line, key, f"{name} {value!r} is no time; write seconds from 0, such as 1.25")
        return seconds

    def _copy(self, line: int, key: str, value: Any) -> int | None:
        if value is None:
            return None
        try:
            number = int(value) if float(value) == int(float(value)) else 0
        except (TypeError, ValueError, OverflowError):
            number = 0
        if number < 1:
            raise self._error(line, key, f"copy {value!r} is no number of a copy; number them from 1")
        return number

    def _transforms(self, line: int, key: str, value: Any) -> list | None:
        if value is None:
            return None
        try:
            steps = json.loads(value) if isinstance(value, str) else value
        except json.JSONDecodeError:
            steps = None
        if not isinstance(steps, list) or not all(
            isinstance(step, dict) and "name" in step for step in steps
        ):
            raise self._error(
                line,
                key,
                "transforms is no list of {name, scope, settings, params} in JSON; leave provenance as "
                "it was written, or rename the column",
            )
        return steps

    def _error(self, line: int, key: str | None, what: str) -> CorpusError:
        named = f' (id "{key}")' if key else ""
        stop = "" if what.endswith("?") else "."
        return CorpusError(f"{self.where} {self.unit} {line}{named}: {what}{stop}")


def _text(value: Any) -> str:
    """A cell as a word, without the blanks around it."""
    return "" if value is None else str(value).strip()


def _plain(value: Any) -> Any:
    """A further column's value as JSON knows it; Parquet's dates, decimals and bytes as their text."""
    if isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Mapping):
        return {str(name): _plain(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return None if value is None else str(value)
