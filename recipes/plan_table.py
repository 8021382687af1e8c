"""A plan as a table: saved, edited in a spreadsheet, replayed.

Columns: id, label, speaker (to sort and filter by), copies (0 or more), use (1; 0 leaves the row out of training),
reason (for people).
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance
from recipes.corpus.writing import write_whole
from recipes.errors import Fault, RecipeError
from recipes.fields import shown
from recipes.spending import Decided
from recipes.suggest import did_you_mean

COLUMNS = ("id", "label", "speaker", "copies", "use", "reason")
NEEDED = ("id", "copies")
MOST = 10_000  # copies of one utterance, as in a recipe
_USE = {"1": True, "0": False, "true": True, "false": False, "": True}


@dataclass(frozen=True)
class Entry:
    """What a line says of an utterance; `label` is "" where the table has none."""

    line: int
    copies: int
    use: bool
    label: str


@dataclass(frozen=True)
class PlanTable:
    """A plan that was read from `file`, by id."""

    file: str
    entries: Mapping[str, Entry]

    def content(self) -> list[tuple[str, int, bool]]:
        """What copies depend on: neither order nor remarks."""
        return sorted((key, entry.copies, entry.use) for key, entry in self.entries.items())


def save_plan(
    path: str | Path,
    rows: Sequence[Utterance],
    copies: np.ndarray,
    uses: np.ndarray,
    reasons: Mapping[str, str],
) -> Path:
    """Write a table of the training originals, in manifest order; its path.

    Parameters
    ----------
    copies, uses : (rows,).
    reasons : why a class is copied, by class.

    Raises
    ------
    RecipeError : it can't be written there.
    """
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for row, n, use in zip(rows, copies.tolist(), uses.tolist(), strict=True):
        reason = "left out" if not use else reasons[row.hard_label] if n else ""
        table.writerow([row.id, row.hard_label, row.speaker, n, int(use), reason])
    path = Path(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.getvalue().encode())
    except OSError as error:
        raise RecipeError(f"{path} can't be written: {error.strerror or error}.") from error
    return path


def read_plan(path: str | Path) -> PlanTable:
    """Read a table; a spreadsheet's semicolons and byte order mark are understood.

    Raises
    ------
    RecipeError : with every fault, its file and line: no such file, a column that is missing, a number that is
        none, an id that stands there twice, copies of a row that is left out.
    """
    file = str(path)
    try:
        text = Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RecipeError(f"{file} can't be read: {error.strerror or error}.") from error
    except UnicodeDecodeError as error:
        raise RecipeError(f"{file} is not UTF-8; save it as CSV in UTF-8.") from error
    head = text.partition("\n")[0]
    lines = csv.reader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ",")
    columns = [name.strip().lower() for name in next(lines, [])]
    missing = [name for name in NEEDED if name not in columns]
    if missing:
        hint = did_you_mean(missing[0], columns) if columns else ""
        raise RecipeError(
            f"{file}:1: a plan has the columns {', '.join(COLUMNS)}; {missing[0]} is missing{hint}."
        )
    entries: dict[str, Entry] = {}
    faults: list[Fault] = []
    for cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        values = dict(zip(columns, map(str.strip, cells), strict=False))
        entry, wrong = _entry(values, lines.line_num)
        key = values.get("id", "")
        if key in entries:
            wrong.append(("id", f"{shown(key)} stands in line {entries[key].line} too"))
        faults += [
            Fault(file, lines.line_num, columns.index(column) + 1, column, what) for column, what in wrong
        ]
        entries.setdefault(key, entry)
    _raise(faults)
    return PlanTable(file, entries)


def replayed(table: PlanTable, corpus: Corpus, rows: Sequence[Utterance]) -> tuple[Decided, tuple[str, ...]]:
    """The table's copies of a corpus's training originals `rows`, and what is to be said of them.

    Raises
    ------
    RecipeError : with every id that is no training original's, and every label that is not the corpus's; in one
        sentence where the table is that of another corpus.
    """
    known = {row.id: row for row in rows}
    others = corpus.by_id
    if table.entries and not any(key in others for key in table.entries):
        raise RecipeError(
            f"{table.file} names none of this corpus's rows (its first is {next(iter(table.entries))!r}): it is the plan "
            "of another corpus. Save one of this corpus with augment --save-plan."
        )
    faults = []
    for key, entry in table.entries.items():
        if key not in known:
            what = _stranger(key, others.get(key), list(known) if len(faults) < 5 else [])
            faults.append(Fault(table.file, entry.line, 1, "id", what))
        elif entry.label and entry.label != known[key].hard_label:
            what = f"{shown(entry.label)} is {known[key].hard_label!r} in the corpus; a plan changes no label"
            faults.append(Fault(table.file, entry.line, 2, "label", what))
    _raise(faults)
    absent = Entry(0, 0, True, "")
    planned = [table.entries.get(row.id, absent) for row in rows]
    lacking = sum(entry is absent for entry in planned)
    notes = (f"Training rows that {table.file} does not name ({lacking}): used, without copies.",)
    decided = Decided(
        copies=np.array([entry.copies for entry in planned], dtype=np.int64),
        uses=np.array([entry.use for entry in planned], dtype=bool),
        spent=None,
    )
    return decided, notes if lacking else ()


def _entry(values: Mapping[str, str], line: int) -> tuple[Entry, list[tuple[str, str]]]:
    """A line's entry, and what is wrong with it by column."""
    wrong = []
    if not values.get("id"):
        wrong.append(("id", "is missing"))
    given = values.get("copies", "")
    copies = int(given) if given.isascii() and given.isdigit() else -1
    if not 0 <= copies <= MOST:
        wrong.append(("copies", f"{shown(given)} is not a whole number from 0 to {MOST}"))
    use = _USE.get(values.get("use", "").lower())
    if use is None:
        wrong.append(("use", f"{shown(values['use'])} is not 1 (trained on) or 0 (left out)"))
    elif not use and copies > 0:
        wrong.append(("use", f"is 0 and copies is {copies}: a row that is left out has no copies"))
    return Entry(line, copies, bool(use), values.get("label", "")), wrong


def _stranger(key: str, row: Utterance | None, known: Sequence[str]) -> str:
    if row is None:
        return f"the corpus has no {key!r}{did_you_mean(key, known)}"
    what = "a copy" if row.is_copy else f"a row of {row.split}" if row.split else "a row without a split"
    return f"{key!r} is {what}; only training originals are copied"


def _raise(faults: Sequence[Fault]) -> None:
    if not faults:
        return
    lines = [str(fault) for fault in faults[:20]]
    if len(faults) > 1:
        lines.insert(0, f"the plan has {len(faults)} faults:")
    if len(faults) > 20:
        lines.append(f"… and {len(faults) - 20} more")
    raise RecipeError("\n".join(lines), faults)
