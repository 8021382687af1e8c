"""What was drawn for a copy, a line a step."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, fields
from typing import Any

from rich.console import Console
from rich.text import Text

from augment.parameters import plain
from augment.transform import find_transform

INDENT = 4  # of what a line runs on to


def parameter_lines(transforms: Sequence[Mapping[str, Any]], console: Console, width: int) -> Iterator[Text]:
    """What each step drew and for whom; behind it, dim, the settings that are not its defaults.

    Seeds are left out beside anything else: they say nothing to a reader, and `--json` has them.
    """
    if not transforms:
        yield Text("nothing changed", "dim")
    for step in transforms:
        line = Text.assemble(
            (step["name"], "cyan"),
            _remark(step),
            "  ",
            _listed(_drawn(step["params"])) or "nothing drawn",
            (f"  {_listed(chosen)}" if (chosen := _chosen(step)) else "", "dim"),
        )
        first, *others = line.wrap(console, max(width - INDENT, 20))
        yield Text("\n" + INDENT * " ").join([first, *others])


def _remark(step: Mapping[str, Any]) -> str:
    if step["scope"] == "speaker":
        return " (the whole voice)"
    return " (other words than are heard)" if step.get("matches_sound") is False else ""


def _drawn(params: Mapping[str, Any]) -> dict[str, Any]:
    """Also what another library drew, `drawn`, as if it were a step of ours."""
    if params.keys() <= {"seed", "drawn"} and set(params.get("drawn") or ()) <= {"should_apply"}:
        return {"seed": params.get("seed")}
    inner = {name: value for name, value in (params.get("drawn") or {}).items() if name != "should_apply"}
    return {**params, **inner, "seed": None, "drawn": None, "generator": None}


def _chosen(step: Mapping[str, Any]) -> dict[str, Any]:
    usual = {
        declared.name: plain(declared.default)
        for declared in fields(find_transform(step["name"]))
        if declared.default is not MISSING
    }
    return {name: value for name, value in step["settings"].items() if value != usual.get(name)}


def _listed(values: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {_value(name, value)}" for name, value in values.items() if value is not None)


def _value(name: str, value: Any) -> str:
    if name == "partners":
        return " + ".join(value) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"
    if isinstance(value, list):  # of edits, how many
        numbers = all(isinstance(item, int | float) for item in value)
        return " ".join(_value("", item) for item in value) if value and numbers else str(len(value))
    return str(value)
