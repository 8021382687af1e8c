"""A run made of runs: evaluated on the rows that its members were, and used like any other."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from merhan.calibration import ModelCalibration
from merhan.ensembles.combining import METHODS, Method, combined
from merhan.ensembles.figures import ensemble_figures
from merhan.ensembles.members import Member, in_order_of, read_members
from merhan.ensembles.predictor import FILE, Ensemble
from merhan.errors import MerhanError
from merhan.evaluation.calibration import reliabilities
from merhan.evaluation.predictions import Predictions, of_logits, write_predictions
from merhan.training.run import Reporter, Run, Silent
from merhan.training.runs import CONFIG, open_run, writing_to
from merhan.training.writing import write_json, write_text

Copy = Callable[[str, str], object]


def ensemble(
    runs: Sequence[str | Path],
    out: str | Path | None = None,
    method: Method = "mean",
    *,
    force: bool = False,
    reporter: Reporter | None = None,
) -> Run:
    """Finished runs as one, written as a run of its own that holds copies of their models.

    Parameters
    ----------
    runs : folders of two runs at least, of the same classes and measured on the same dev and test rows; an
        ensemble among them counts as one.
    out : folder of the ensemble; `runs/ensemble-<n>` where absent.
    method : mean of calibrated probabilities, or vote; see `merhan.ensembles.combining.combined`.

    Raises
    ------
    MerhanError : runs that are not finished or do not fit together, a method that does not exist, an `out` that
        holds something, or a member.
    """
    if method not in METHODS:
        raise MerhanError(f"method {method!r} is not known; there are {' and '.join(METHODS)}.")
    members = read_members(runs)
    if out is not None:
        _check_apart(Path(out), members)
    folder = open_run(None if out is None else Path(out), "ensemble", force=force, resumable=False)
    say = reporter or Silent()
    with writing_to(folder, again="make the ensemble again with --force."):
        config = {"ensemble": {"method": method, "members": [_described(member) for member in members]}}
        write_text(folder / CONFIG, yaml.safe_dump(config, sort_keys=False, allow_unicode=True))
        named = " ".join(str(member.folder) for member in members)
        command = f"merhan-balance ensemble {named} --method {method}"
        return write_ensemble(folder, members, method, command, shutil.copy2, say)


def write_ensemble(
    folder: Path, members: Sequence[Member], method: Method, command: str, copy: Copy, say: Reporter
) -> Run:
    """Models, predictions, report and figures into `folder`, whose config.yaml is there already.

    copy : of one file; members that lie in `folder` may be linked.
    """
    found = _together(members, method)
    first = members[0].calibration
    dev = found["dev"]
    calibration = ModelCalibration.fit(dev.logits, dev.labels, first.classes, first.train)
    _copy_models(folder / "model", members, method, calibration, copy)
    write_predictions(folder / "predictions.parquet", found, calibration.classes)
    whole = Ensemble.load(folder / "model")
    metrics = ensemble_figures(members, method, whole, found, say)
    _write_report(folder, metrics, members, found, calibration, command)
    write_json(folder / "metrics.json", metrics)
    return Run(folder, metrics)


def _check_apart(out: Path, members: Sequence[Member]) -> None:
    """Raise MerhanError where writing to `out` would remove a member."""
    for member in members:
        if member.folder.resolve().is_relative_to(out.resolve()):
            raise MerhanError(f"{out} holds the member {member.folder}; give --out another folder.")


def linked(source: str, target: str) -> None:
    """A second name of one file, where the file system has such; else a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def _together(members: Sequence[Member], method: Method) -> dict[str, Predictions]:
    """What the members say together of each split that all of them kept the same rows of."""
    first, *others = [member.predictions for member in members]
    found = {}
    for split, rows in first.items():
        if any(split not in other or sorted(other[split].ids) != sorted(rows.ids) for other in others):
            continue  # training rows of recipes that leave out different ones
        logits = [in_order_of(rows.ids, member.predictions[split]) for member in members]
        fitted = [member.calibration.fitted for member in members]
        found[split] = of_logits(rows.ids, rows.labels, combined(logits, fitted, method))
    return found


def _copy_models(
    folder: Path, members: Sequence[Member], method: Method, calibration: ModelCalibration, copy: Copy
) -> None:
    """The members' models side by side, and last the file that says how they answer together."""
    shutil.rmtree(folder, ignore_errors=True)
    names = [f"member-{number}" for number in range(1, len(members) + 1)]
    for name, member in zip(names, members, strict=True):
        shutil.copytree(member.folder / "model", folder / name, copy_function=copy)
    kept = {
        "method": method,
        "classes": list(calibration.classes),
        "members": names,
        "calibration": calibration.dump(),
    }
    write_json(folder / FILE, kept)


def _described(member: Member) -> dict[str, Any]:
    return {"run": str(member.folder.resolve()), **member.config}


def _write_report(
    folder: Path,
    metrics: Mapping[str, Any],
    members: Sequence[Member],
    found: Mapping[str, Predictions],
    calibration: ModelCalibration,
    command: str,
) -> None:
    from merhan.report.html import report_html

    page = report_html(
        metrics,
        summary=f"{len(members)} models as one, by {metrics['ensemble']['method']}.",
        notes=metrics["warnings"],
        before={},
        after={},
        curve=(),
        command=command,
        config=(folder / CONFIG).read_text(encoding="utf-8"),
        reliability=reliabilities(calibration, found.get("test", found["dev"])),
    )
    write_text(folder / "report.html", page)
