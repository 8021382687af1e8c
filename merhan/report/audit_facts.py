"""An audit as plain values, for `--json`."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from merhan.report.audit import verdict

if TYPE_CHECKING:
    from merhan.evaluation.audit.kept import Kept
    from merhan.evaluation.audit.results import Audit, Height, Measured, StepAudit


def audit_facts(found: Audit) -> dict[str, Any]:
    """Everything that was counted; shares from 0 to 1."""
    return {
        "recipe": found.recipe,
        "keep": found.keep,
        "originals": found.rows,
        "speakers": found.speakers,
        "classes": list(found.classes),
        "judges": {
            name: {**asdict(reference), "another": _kept(reference.another), "trusted": reference.trusted}
            for name, reference in found.references.items()
        },
        "steps": [_step(step, found.keep) for step in found.steps],
        "whole": {name: _measured(measured) for name, measured in found.wholes.items()},
    }


def _step(step: StepAudit, keep: float) -> dict[str, Any]:
    return {
        "key": step.step.key,
        "name": step.step.name,
        "modality": step.step.modality,
        "scope": "speaker" if step.step.voiced else "utterance",
        "label": step.step.label,
        "arguments": [axis.argument for axis in step.axes],
        "unjudged": step.unjudged or None,
        "strengths": [_height(height) for height in step.heights],
        "begins": {
            name or "all": [_begins(step, side, name) for side in step.sides]
            for name in ("", *dict.fromkeys(n for h in step.heights for n in h.measured.classes))
        },
        "verdict": None if step.unjudged else verdict(step, keep),
    }


def _begins(step: StepAudit, side: int, name: str) -> str | None:
    first = step.begins(side, name)
    return None if first is None else first.rung.shown


def _height(height: Height) -> dict[str, Any]:
    rung = height.rung
    place = {"shown": rung.shown, "value": rung.value, "side": rung.side, "in_recipe": rung.recipe}
    return place | _measured(height.measured)


def _measured(measured: Measured) -> dict[str, Any]:
    return {
        **_kept(measured.whole),
        "learnt": measured.learnt,
        "classes": {name: _kept(kept) for name, kept in measured.classes.items()},
        "moved": [name or "all" for name in measured.moved],
        "moves": [{"before": m.before, "after": m.after, "n": m.n, "of": m.of} for m in measured.moves],
    }


def _kept(kept: Kept) -> dict[str, Any]:
    return asdict(kept) | {"share": kept.share}
