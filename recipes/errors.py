"""Errors of corpora and recipes that a user can mend."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


class CorpusError(ValueError):
    """One sentence: what is wrong with the corpus, where (file, line, id), and what to do."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a recipe.

    `file` is a path, or the override's text (`--set balance.target.ratio=7`); `line` and `column` count
    from 1 and are None where there is no file; `key` is dotted (`augment.audio[0].pitch_shift.semitones`).
    """

    file: str
    line: int | None
    column: int | None
    key: str
    message: str

    def __str__(self) -> str:
        place = self.file if self.line is None else f"{self.file}:{self.line}:{self.column}"
        return f"{place}: {self.key}: {self.message}" if self.key else f"{place}: {self.message}"


class RecipeError(ValueError):
    """A recipe that can't be found, read or used; `faults` holds all that is wrong with it."""

    def __init__(self, message: str, faults: Iterable[Fault] = ()):
        super().__init__(message)
        self.faults = list(faults)

    @classmethod
    def of(cls, faults: Iterable[Fault]) -> RecipeError:
        """One line a fault, headed by their number where there are several."""
        faults = list(faults)
        lines = [str(fault) for fault in faults]
        if len(lines) > 1:
            lines.insert(0, f"the recipe has {len(lines)} faults:")
        return cls("\n".join(lines), faults)
