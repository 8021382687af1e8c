"""A run's report.html."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from merhan.report.calibration import calibration_rows
from merhan.report.page import PAGE
from merhan.report.reliability import diagrams

if TYPE_CHECKING:
    from balancer.calibration import Reliability

WIDTH, TOP, BOTTOM, LEFT, RIGHT = 640, 12, 160, 40, 630  # of the curve, in SVG units


def report_html(
    metrics: Mapping[str, Any],
    *,
    summary: str,
    notes: Sequence[str],
    before: Mapping[str, float],
    after: Mapping[str, float],
    curve: Sequence[float],
    command: str,
    config: str,
    reliability: Mapping[str, Reliability] | None = None,
) -> str:
    """The report as one HTML page; every text in it is escaped.

    Parameters
    ----------
    metrics : the content of metrics.json.
    before, after : training counts by class, originals and with copies.
    curve : dev UAR by epoch.
    reliability : of the split shown, before and after calibration.
    """
    from jinja2 import Environment

    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(PAGE)
    test = metrics["test"] or metrics["dev"]  # a corpus without test rows is shown by its dev split
    return template.render(
        recipe=metrics["recipe"],
        summary=summary,
        notes=notes,
        headline=[
            ("UAR", _share(test["uar"]), "mean recall of the classes"),
            ("WA (accuracy)", _share(test["accuracy"]), "share of utterances right"),
            ("macro-F1", _share(test["macro_f1"]), "mean F1 of the classes"),
            ("weighted F1", _share(test["weighted_f1"]), "by class size"),
            ("dev UAR", _share((metrics["dev"] or {}).get("uar")), "what training stopped on"),
            ("ECE", _share(test["ece"]), "confidence against accuracy"),
        ],
        beside=[("MER-HAN, this run", _share(test["uar"]))]
        + [(f"yardstick, {name}", _share(value)) for name, value in (metrics["yardstick"] or {}).items()],
        members=_members(metrics.get("ensemble")),
        classes=_classes(before, after),
        ratio_before=_ratio(before),
        ratio_after=_ratio(after),
        labels=test["confusion_matrix"]["labels"],
        matrix=_matrix(test),
        curve=_curve(curve),
        calibration=calibration_rows(metrics.get("calibration")),
        diagrams=diagrams(reliability or {}),
        cost=[(name.replace("_", " "), _number(value)) for name, value in metrics["cost"].items()],
        command=command,
        config=config,
    )


def _members(ensemble: Mapping[str, Any] | None) -> list[tuple[str, ...]]:
    """A row each, and what they reach on average."""
    if not ensemble:
        return []
    rows = [
        (Path(m["run"]).name, m["recipe"], _seed(m["seed"]), _share(m["dev_uar"]), _share(m["test_uar"]))
        for m in ensemble["members"]
    ]
    spread = [
        f"{_share(ensemble['mean'][key])} ± {_share(ensemble['deviation'][key])}"
        for key in ("dev_uar", "test_uar")
    ]
    return [*rows, ("mean ± deviation", "", "", *spread)]


def _seed(seed: int | None) -> str:
    return "–" if seed is None else str(seed)


def _classes(before: Mapping[str, float], after: Mapping[str, float]) -> list[dict[str, Any]]:
    largest = max([*before.values(), *after.values(), 1])
    return [
        {
            "name": name,
            "before": f"{before.get(name, 0):g}",
            "after": f"{after[name]:g}",
            "before_share": round(100 * before.get(name, 0) / largest, 1),
            "after_share": round(100 * after[name] / largest, 1),
        }
        for name in sorted(after, key=lambda name: -after[name])
    ]


def _matrix(test: Mapping[str, Any]) -> list[dict[str, Any]]:
    labels, rows = test["confusion_matrix"]["labels"], test["confusion_matrix"]["matrix"]
    return [
        {
            "name": name,
            "cells": [{"count": n, "share": round(n / max(sum(row), 1), 3)} for n in row],
            "recall": _share(test["per_class"][name]["recall"] if sum(row) else None),
        }
        for name, row in zip(labels, rows, strict=True)
    ]


def _curve(values: Sequence[float]) -> dict[str, Any] | None:
    if len(values) < 2:
        return None
    low, high = min(values), max(values)
    low, high = (low, high) if high > low else (low - 0.05, high + 0.05)

    def x(epoch: int) -> float:
        return round(LEFT + 20 + (RIGHT - LEFT - 40) * epoch / (len(values) - 1), 1)

    def y(value: float) -> float:
        return round(BOTTOM - (BOTTOM - TOP) * (value - low) / (high - low), 1)

    dots = [(x(i), y(v), str(i + 1)) for i, v in enumerate(values)]
    grid = [(y(v), f"{v:.2f}") for v in (low, (low + high) / 2, high)]
    return {"points": " ".join(f"{a},{b}" for a, b, _ in dots), "dots": dots, "grid": grid}


def _ratio(counts: Mapping[str, float]) -> str:
    present = [n for n in counts.values() if n]
    return f"{max(present) / min(present):.1f}" if present else "–"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"


def _number(value: Any) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if isinstance(value, int) else f"{value:,.2f}"
