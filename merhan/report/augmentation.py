"""What `augment` shows: the plan before, the distribution after."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from rich.markup import escape
from rich.table import Table

from merhan.report.cells import render_cells
from merhan.report.confounding import confounding_facts, render_confounding
from merhan.report.terminal import distribution_bars

if TYPE_CHECKING:
    from recipes.materialise import Materialised
    from recipes.plan import Plan, Spent


def plan_facts(plan: Plan, seconds: float) -> dict[str, Any]:
    """The plan as plain values; `seconds` is the expected time in one process."""
    return {
        "before": dict(plan.before),
        "after": dict(plan.after),
        "copies": plan.total,
        "missed": dict(plan.missed),
        "left_out": dict(plan.left_out),
        "speakers": dict(plan.by_speaker),
        "minutes": round(plan.minutes, 2),
        "bytes": plan.size,
        "seconds": round(seconds, 1),
        "cells": {name: {"before": before, "after": after} for name, (before, after) in plan.cells.items()},
        "empty": list(plan.empty),
        "budget": None if plan.spent is None else asdict(plan.spent),
        **confounding_facts(plan.confounding),
    }


def render_plan(plan: Plan, seconds: float, saved: bool = False) -> Iterator[Any]:
    """The plan of a dry run; nothing was written but, where it was `saved`, the plan."""
    yield distribution_bars(plan.before, plan.after)
    if plan.cells.keys() != plan.before.keys():
        yield from render_cells(plan)
    yield _by_speaker(plan.by_speaker)
    yield (
        f"{plan.total} copies, {plan.minutes:.1f} minutes of audio, about {plan.size / 1e6:.1f} MB on disk, "
        f"about {seconds:.0f} s in one process"
    )
    yield from _left_out(plan.left_out)
    yield from _spent(plan.spent)
    kept_back = plan.spent.kept_back if plan.spent else {}
    yield from _missed({name: n - kept_back.get(name, 0) for name, n in plan.missed.items()})
    yield from render_confounding(plan.confounding)
    yield f"[dim]dry run: nothing {'else ' if saved else ''}was written[/]"


def render_result(done: Materialised) -> Iterator[Any]:
    """What was written, what could not be reached, what the gates refused."""
    yield distribution_bars(done.before, done.after)
    yield f"{done.copies} copies in [bold]{escape(str(done.out))}[/]" + (
        " (done before, nothing to do)" if done.done_before else ""
    )
    yield from _missed(done.missed, "max_copies, budget, undersampling or the gates stand in the way")
    if done.refused or done.redrawn:
        yield _by_gate(done.refused, done.redrawn)


def _left_out(left_out: Mapping[str, float]) -> Iterator[str]:
    if left_out:
        listed = escape(", ".join(f"{n:g} of {name}" for name, n in left_out.items()))
        yield f"left out of training: {listed}"


def _spent(spent: Spent | None) -> Iterator[str]:
    if spent is None:
        return
    yield f"budget: {spent.used:.4g} of {spent.limit:g} {spent.kind}"
    if spent.kept_back:
        yield f"[yellow]more would reach the target:[/] {_listed(spent.kept_back)}"


def _by_gate(refused: Mapping[str, int], redrawn: Mapping[str, int]) -> Table:
    """How many copies each gate refused for good, how many it had drawn anew, and what it is about."""
    from augment.gates import REASONS

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("gate")
    table.add_column("refused", justify="right")
    table.add_column("drawn anew", justify="right")
    table.add_column("because of")
    for gate in sorted(
        {*refused, *redrawn}, key=lambda name: (-refused.get(name, 0), -redrawn.get(name, 0), name)
    ):
        table.add_row(gate, str(refused.get(gate, 0)), str(redrawn.get(gate, 0)), REASONS.get(gate, ""))
    return table


def _missed(
    missed: Mapping[str, int], because: str = "max_copies or undersampling stands in the way"
) -> Iterator[str]:
    short = {name: n for name, n in missed.items() if n}
    if short:
        yield f"[yellow]target not reached:[/] {_listed(short)} ({because})"


def _listed(short: Mapping[str, int], most: int = 12) -> str:
    """The names that lack most, first."""
    names = sorted(short, key=lambda name: (-short[name], name))
    shown = [f"{name} by {short[name]}" for name in names[:most]]
    return escape(", ".join(shown)) + (f" and {len(names) - most} more" if len(names) > most else "")


def _by_speaker(speakers: Mapping[str, int]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("speaker")
    table.add_column("copies", justify="right")
    shown = sorted(speakers.items(), key=lambda item: (-item[1], item[0]))
    for name, copies in shown[:12]:
        table.add_row(escape(name) or "(unknown)", str(copies))
    if len(shown) > 12:
        table.add_row(f"… {len(shown) - 12} more", str(sum(n for _, n in shown[12:])))
    return table
