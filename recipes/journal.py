"""What is done of a job, kept beside its output until the job is whole.

One JSON object a line, appended: first the job, then the outcomes of one task each. A line that a crash
cut short is dropped; its task is done again.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from recipes.errors import CorpusError
from recipes.tasks import Outcome

NAME = ".journal.jsonl"


class Journal:
    """The journal of `folder`, locked while it is open.

    Attributes
    ----------
    done : outcomes by (round, source id), of a run before.

    Raises
    ------
    CorpusError : another run is writing to the folder, or the journal is another job's.
    """

    def __init__(self, folder: Path, job: str):
        self.path = folder / NAME
        self.done: dict[tuple[int, str], list[Outcome]] = {}
        self._file = self.path.open("a+b")
        _lock(self._file, folder)
        lines = self._whole_lines()
        if not lines:
            self._append({"job": job})
        elif lines[0].get("job") != job:
            self._file.close()
            raise CorpusError(
                f"{folder} holds another job, half done; choose another --out, or run with --force."
            )
        for line in lines[1:]:
            outcomes = [Outcome.load(values) for values in line["outcomes"]]
            if all((folder / "audio" / o.file).is_file() for o in outcomes if o.file):
                self.done[line["round"], line["source"]] = outcomes

    def add(self, number: int, source_id: str, outcomes: Iterable[Outcome]) -> None:
        """Keep one task's outcomes; raises OSError where the disk is full."""
        self._append({"round": number, "source": source_id, "outcomes": [o.dump() for o in outcomes]})

    def close(self) -> None:
        """Let go of the folder; the next run goes on from here."""
        self._file.close()

    def remove(self) -> None:
        """The job is whole."""
        self.path.unlink()
        self._file.close()

    def _append(self, line: dict[str, Any]) -> None:
        self._file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        self._file.flush()

    def _whole_lines(self) -> list[dict[str, Any]]:
        self._file.seek(0)
        lines, end = [], 0
        for line in self._file:
            try:
                lines.append(json.loads(line))
            except ValueError:
                break
            if not line.endswith(b"\n"):
                lines.pop()
                break
            end += len(line)
        self._file.truncate(end)
        self._file.seek(0, os.SEEK_END)
        return lines


def check_free(folder: Path) -> None:
    """CorpusError where a run is writing to `folder` now."""
    with (folder / NAME).open("rb") as file:
        _lock(file, folder)


def _lock(file: BinaryIO, folder: Path) -> None:
    """The lock goes when the file is closed, or with the process."""
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        file.close()
        raise CorpusError(
            f"{folder}: another run is writing to it; wait for it, or choose another --out."
        ) from None


def job_of(folder: Path) -> str | None:
    """The job whose journal lies in `folder`, "" for one that was cut short before it began, None for none."""
    path = folder / NAME
    if not path.is_file():
        return None
    with path.open("rb") as file:
        first = file.readline()
    try:
        return json.loads(first)["job"]
    except (ValueError, KeyError, TypeError):
        return ""
