"""A recipe whose strengths stay below the point from which decisions move."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from augment.parameters import intervals, plain
from merhan.evaluation.audit.ladder import Axis, scaled
from merhan.evaluation.audit.results import Audit, StepAudit
from recipes.steps import CONTAINERS

if TYPE_CHECKING:
    from recipes.schema import Recipe


@dataclass(frozen=True)
class Change:
    """What became of a step: arguments before and after; `after` None: no strength of its range is safe."""

    name: str
    before: Mapping[str, Any]
    after: Mapping[str, Any] | None

    def __str__(self) -> str:
        was = _listed(self.before)
        if self.after is None:
            return f"{self.name}{f' ({was})' if was else ''} is left out: no strength of its range keeps the decisions"
        return f"{self.name}: {was} becomes {_listed(self.after)}"


def _listed(arguments: Mapping[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in arguments.items())


def narrowed(recipe: Recipe, found: Audit) -> tuple[dict[str, Any], list[Change]]:
    """The recipe as plain values, each step's range cut to the strengths measured below where it begins to move.

    Nothing is widened, and steps that nothing was measured of, or that were judged by a classifier which hardly
    tells emotions, stay. Containers that lose all their steps go; `n` of a some_of never asks for more than are
    left.
    """
    edits: dict[tuple[str | int, ...], dict[str, Any] | None] = {}
    changes = []
    for step in found.steps:
        after = {} if step.unjudged else safe_arguments(step)
        if after == {}:
            continue
        transform = step.step.transform
        names = after if after is not None else [axis.argument for axis in step.axes]
        before = {name: plain(getattr(transform, name)) for name in names}
        edits[step.step.path] = after
        changes.append(Change(step.step.name, before, after))
    values = recipe.dump()
    if values["augment"] is not None:
        _edit_section(values["augment"], ("augment",), edits)
        for label, given in values["augment"]["per_class"].items():
            _edit_section(given, ("augment", "per_class", label), edits)
    return values, changes


def write_narrowed(
    recipe: Recipe, found: Audit, to: str | Path, *, force: bool = False
) -> tuple[Path, list[Change]]:
    """Write `narrowed` as a recipe file, named after itself; returns it and the changes.

    Raises
    ------
    RecipeError : where the file exists (without `force`) or can't be written.
    """
    from recipes.library import save_recipe

    values, changes = narrowed(recipe, found)
    said = [f"{found.recipe}, held below where an audit of {found.rows:,} originals saw decisions move:"]
    said += [f"  {change}" for change in changes] or ["  nothing had to be held"]
    return save_recipe(values, to, force=force, comment=said), changes


def safe_arguments(step: StepAudit) -> dict[str, Any] | None:
    """What the step has to be given; {} where it may stay as it is, None where it has to go."""
    if not step.axes:
        return _preset(step)
    if all(step.begins(side) is None for side in step.sides):
        return {}
    if len(step.axes) == 1:
        return _range(step, step.axes[0])
    safe = step.safe(1)
    if safe is None:
        return None
    share, transform = safe.rung.value, step.step.transform
    return {} if share >= 1 else {axis.argument: scaled(transform, axis, share) for axis in step.axes}


def _range(step: StepAudit, axis: Axis) -> dict[str, Any] | None:
    given = getattr(step.step.transform, axis.argument)
    low, high = (_limit(step, axis, side) for side in (-1, 1))
    if isinstance(given, int | float):  # one strength: a weaker one takes its place
        position, value = high if axis.position(given) > 0 or math.isinf(axis.neutral) else low
        if value == given:
            return {}
        return {axis.argument: value} if math.isfinite(position) and value != axis.neutral else None
    kept = []
    for pair in intervals(given):
        ends = sorted(pair, key=axis.position)
        first, last = (axis.position(end) for end in ends)
        if first > high[0] or last < low[0]:
            continue
        inside = sorted((low[1] if first < low[0] else ends[0], high[1] if last > high[0] else ends[1]))
        if inside != [axis.neutral, axis.neutral]:
            kept.append(inside)
    if not kept:
        return None
    if kept == [list(pair) for pair in intervals(given)]:
        return {}
    written = [[int(end) if end == int(end) else end for end in pair] for pair in kept]
    return {axis.argument: written if len(written) > 1 else written[0]}


def _limit(step: StepAudit, axis: Axis, side: int) -> tuple[float, float]:
    """How far the step may go in a direction: position and value; nowhere is what changes nothing."""
    if side not in step.sides or step.begins(side) is None:
        return side * math.inf, math.nan
    safe = step.safe(side)
    if safe is not None:
        return axis.position(safe.rung.value), safe.rung.value
    return (-math.inf, math.nan) if math.isinf(axis.neutral) else (0.0, axis.neutral)


def _preset(step: StepAudit) -> dict[str, Any] | None:
    """The strongest preset below the first that moves, where the recipe's own arguments do."""
    if step.own is None or not step.own.measured.moved:
        return {}
    safe = step.safe_preset()
    return safe and dict(plain(step.step.transform.presets[safe.rung.shown].arguments))


def _edit_section(section: dict[str, Any], path: tuple[str | int, ...], edits: Mapping[Any, Any]) -> None:
    for modality in ("pairs", "audio", "text"):
        if section.get(modality):
            section[modality] = _edited(section[modality], (*path, modality), edits)


def _edited(
    steps: list[dict[str, Any]], path: tuple[str | int, ...], edits: Mapping[Any, Any]
) -> list[dict[str, Any]]:
    kept = []
    for index, step in enumerate(steps):
        ((name, arguments),) = step.items()
        here = (*path, index)
        if name in CONTAINERS:
            members = _edited(arguments["of"], (*here, name, "of"), edits)
            if members:
                kept.append({name: _fewer({**arguments, "of": members})})
        elif edits.get(here, {}) is not None:
            kept.append({name: {**arguments, **edits.get(here, {})}})
    return kept


def _fewer(arguments: dict[str, Any]) -> dict[str, Any]:
    """A container that asks for no more members than it has."""
    most = len(arguments["of"])
    if "n" not in arguments:
        return arguments

    def capped(value: Any) -> Any:
        return [capped(item) for item in value] if isinstance(value, list | tuple) else min(value, most)

    return {**arguments, "n": capped(arguments["n"])}
