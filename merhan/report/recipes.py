"""How recipes and their faults look in the terminal."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from recipes.errors import Fault
from recipes.library import RecipeInfo


def render_recipes(found: Sequence[RecipeInfo], *, plain: bool) -> Iterator[RenderableType]:
    """Name, what it changes, its cost and what it is for; `plain`: one line each, as pipes like it."""
    if plain:
        rows = [("name", "changes", "cost", "for")]
        rows += [(info.name, info.changes, info.cost, info.summary) for info in found]
        widths = [max(len(row[column]) for row in rows) for column in range(3)]
        lines = ("  ".join([*map(str.ljust, row, widths), row[3]]).rstrip() for row in rows)
        yield Text("\n".join(lines))
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("recipe", style="bold cyan", no_wrap=True)
    table.add_column("changes", max_width=30)
    table.add_column("cost", max_width=16)
    table.add_column("for")
    for info in found:
        summary = Text(info.summary)
        if info.origin != "built-in":
            summary.append(f"  {info.origin}", "dim")
        table.add_row(Text(info.name), Text(info.changes), Text(info.cost, "dim"), summary)
    yield table


def render_faults(faults: Iterable[Fault]) -> Iterator[Text]:
    """Each fault with its place, its key, the line of its file and a mark below what is meant."""
    for fault in faults:
        place = fault.file if fault.line is None else f"{fault.file}:{fault.line}:{fault.column}"
        text = Text.assemble((place, "bold"), (f"  {fault.key}" if fault.key else "", "cyan"), "\n")
        line = _line(fault)
        if line is not None and fault.line is not None and fault.column is not None:
            number = f"{fault.line:>5} │ "
            before, meant = line[: fault.column - 1], _meant(line, fault.column - 1)
            text.append(number, "dim").append(f"{line}\n")
            text.append(" " * (len(number) - 2) + "│ ", "dim")
            text.append(" " * cell_len(before) + "^" * max(1, cell_len(meant)) + "\n", "bold red")
        yield text.append(f"        {_sentence(fault.message)}\n")


def _line(fault: Fault) -> str | None:
    """The line of the file, where there is still one to show."""
    if fault.line is None:
        return None
    try:
        lines = Path(fault.file).read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError):
        return None
    return lines[fault.line - 1] if fault.line <= len(lines) else None


def _meant(line: str, column: int) -> str:
    """The word at `column`, or the flow list that begins there."""
    found = re.compile(r"\[[^\[\]]*\]|[\w.+~-]+").match(line, column)
    return found[0] if found else line[column : column + 1]


def _sentence(message: str) -> str:
    """The message on lines of its own, its continuation below its beginning."""
    return message.replace("\n", "\n        ")
