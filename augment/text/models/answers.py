"""What a model answered, so that it is asked once and in large batches.

An answer is a pure function of the model and the question. So it may be worked out in advance (`noting`, then
`answer`), kept in a file that worker processes read (`use`), or found on demand (`ask`); a copy's bytes never
depend on which of these it was.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Protocol, TypeVar

T = TypeVar("T")
Question = tuple[str, ...]
Answer = list[Any]  # plain JSON

RECENT = 20_000  # answers found on demand that a process keeps


class Model(Protocol):
    """Whoever answers: hashable, `key` names it and all that its answers depend on."""

    @property
    def key(self) -> str: ...

    def work_out(self, questions: Sequence[Question]) -> list[Answer]:
        """Answers in the order of the questions."""
        ...


class Unanswered(Exception):
    """Raised by `ask` while questions are noted: this one was not known, and now is on the list."""


Notes = dict[Model, dict[Question, None]]


class Answers:
    """Answers in a file (SQLite), or in memory without one; the file is opened anew in every process."""

    def __init__(self, path: Path | None = None):
        self.path = path
        self._opened: tuple[int, sqlite3.Connection] | None = None

    def get(self, key: str, question: Question) -> Answer | None:
        """The answer, None where there is none."""
        found = self._file.execute("SELECT answer FROM answers WHERE question = ?", (_hash(key, question),))
        row = found.fetchone()
        return None if row is None else json.loads(row[0])

    def put(self, key: str, questions: Sequence[Question], answers: Sequence[Answer]) -> None:
        """Keep answers to questions."""
        rows = [
            (_hash(key, question), json.dumps(answer, ensure_ascii=False))
            for question, answer in zip(questions, answers, strict=True)
        ]
        with self._file as file:
            file.executemany("INSERT OR REPLACE INTO answers VALUES (?, ?)", rows)

    def __getstate__(self) -> dict[str, Any]:
        return {"path": self.path, "_opened": None}

    def close(self) -> None:
        """Let go of the file."""
        if self._opened:
            self._opened[1].close()
            self._opened = None

    @property
    def _file(self) -> sqlite3.Connection:
        if self._opened is None or self._opened[0] != os.getpid():  # a connection must not cross a fork
            file = sqlite3.connect(":memory:" if self.path is None else self.path, check_same_thread=False)
            file.execute(
                "CREATE TABLE IF NOT EXISTS answers (question BLOB PRIMARY KEY, answer TEXT) WITHOUT ROWID"
            )
            self._opened = os.getpid(), file
        return self._opened[1]


_in_use: Answers | None = None
_recent: OrderedDict[tuple[str, Question], Answer] = OrderedDict()
_notes: Notes | None = None


def use(answers: Answers | None) -> Answers | None:
    """Look answers up there from now on, in this process; returns what was in use."""
    global _in_use
    before, _in_use = _in_use, answers
    return before


def ask(model: Model, questions: Sequence[Question]) -> list[Answer]:
    """Answers in the order of the questions: remembered ones, and the others from the model, in one batch.

    Raises
    ------
    Unanswered : inside `noting`, where some are not known yet.
    Unavailable : the model can't be loaded.
    """
    known = {question: _known(model.key, question) for question in questions}
    missing = [question for question, answer in known.items() if answer is None]
    if missing and _notes is not None:
        _notes.setdefault(model, {}).update(dict.fromkeys(missing))
        raise Unanswered
    if missing:
        with _one_thread():
            known.update(zip(missing, model.work_out(missing), strict=True))
        for question in missing:
            _recent[model.key, question] = known[question]
            if len(_recent) > RECENT:
                _recent.popitem(last=False)
    return [known[question] for question in questions]


@contextmanager
def noting() -> Iterator[Notes]:
    """Inside, questions that are not answered yet are noted instead of worked out."""
    global _notes
    before, _notes = _notes, {}
    try:
        yield _notes
    finally:
        _notes = before


def answer(notes: Notes, answers: Answers) -> None:
    """Work out what was noted, each model's questions together, and keep it."""
    for model, noted in notes.items():
        questions = list(noted)
        answers.put(model.key, questions, model.work_out(questions))


def together(calls: Sequence[Callable[[], T]]) -> list[T]:
    """What the calls return, the questions of all of them answered together; each must be the same if made again.

    Raises
    ------
    Unavailable : a model can't be loaded.
    """
    answers, results = Answers(), dict[int, T]()
    before = use(answers)
    try:
        while len(results) < len(calls):
            with noting() as notes:
                for at, call in enumerate(calls):
                    if at not in results:
                        with suppress(Unanswered):
                            results[at] = call()
            answer(notes, answers)
    finally:
        use(before)
        answers.close()
    return [results[at] for at in range(len(calls))]


def _known(key: str, question: Question) -> Answer | None:
    found = _recent.get((key, question))
    if found is None and _in_use is not None:
        found = _in_use.get(key, question)
    return found


def _hash(key: str, question: Question) -> bytes:
    return hashlib.blake2b(json.dumps([key, *question]).encode(), digest_size=16).digest()


@contextmanager
def _one_thread() -> Iterator[None]:
    """On demand a model runs on one thread, as it would in a worker: threads change the last bits of a sum."""
    import torch

    before: Any = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
