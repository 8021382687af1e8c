"""A plan over several axes: rows of each class and speaker, gender …, before and after."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from recipes.plan import Plan

_COLUMNS = 8  # as many as an ordinary terminal is wide
_NAMED = 6


def render_cells(plan: Plan) -> Iterator[Any]:
    """Classes down, values across; a class and value that never occur together are a dash."""
    places = [(name.split(" × ", 1), rows) for name, rows in plan.cells.items()]
    values = sorted({value for (_, value), _ in places})
    if len(values) <= _COLUMNS:
        table = Table(box=None, pad_edge=False, header_style="bold")
        table.add_column("class")
        for value in values:
            table.add_column(escape(value), justify="right")
        rows = {(label, value): rows for (label, value), rows in places}
        for label in plan.before:
            table.add_row(escape(label), *(_shown(rows.get((label, value))) for value in values))
        yield table
    if plan.empty:
        more = f" and {len(plan.empty) - _NAMED} more" if len(plan.empty) > _NAMED else ""
        yield f"[yellow]nothing to copy:[/] no original of {escape(', '.join(plan.empty[:_NAMED]))}{more}"


def _shown(rows: tuple[float, float] | None) -> str:
    if rows is None:
        return "–"
    before, after = rows
    return f"{before:,.4g}" if after == before else f"{before:,.4g} → {after:,.4g}"
