"""Finished runs that are to become one: read, and compared."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from merhan.calibration import ModelCalibration, needed
from merhan.ensembles.predictor import Ensemble
from merhan.errors import MerhanError
from merhan.evaluation.evaluate import read_metrics
from merhan.evaluation.predictions import Predictions, read_predictions
from merhan.prediction import Predictor

LEAST = 2


@dataclass(frozen=True)
class Member:
    """A finished run: its folder, figures, config, model, and what it said of dev, test and perhaps train."""

    folder: Path
    metrics: dict[str, Any]
    config: dict[str, Any]
    predictor: Predictor | Ensemble
    predictions: dict[str, Predictions]

    @classmethod
    def read(cls, run: str | Path) -> Member:
        """A run by its folder.

        Raises
        ------
        MerhanError : where it is none, did not finish, is broken, or keeps no calibration.
        """
        folder = Path(run)
        metrics = read_metrics(folder)
        predictor = Predictor.load(folder)
        needed(predictor.calibration, f"The model in {folder}", "averaging starts from")
        predictions = read_predictions(folder / "predictions.parquet", predictor.classes)
        if "dev" not in predictions:
            raise MerhanError(
                f"{folder / 'predictions.parquet'} has no rows of dev: put it back, or train again."
            )
        return cls(folder, metrics, _config(folder / "config.yaml"), predictor, predictions)

    @cached_property
    def calibration(self) -> ModelCalibration:
        """Of its model."""
        return needed(self.predictor.calibration, f"The model in {self.folder}", "averaging starts from")

    @property
    def summary(self) -> dict[str, Any]:
        """What an ensemble's metrics.json keeps of it."""
        uar = {f"{split}_uar": (self.metrics[split] or {}).get("uar") for split in ("dev", "test")}
        return {
            "run": str(self.folder),
            "recipe": self.metrics["recipe"],
            "seed": self.metrics["seed"],
            **uar,
        }


def read_members(runs: Sequence[str | Path]) -> list[Member]:
    """Runs that fit together: the same classes, and the same dev and test rows.

    Raises
    ------
    MerhanError : fewer than two, one named twice, or two that do not fit; with what differs.
    """
    places = [Path(run).resolve() for run in runs]
    if twice := [run for run, place in zip(runs, places, strict=True) if places.count(place) > 1]:
        raise MerhanError(f"{twice[0]} is named twice; an ensemble has each of its members once.")
    if len(runs) < LEAST:
        raise MerhanError("An ensemble has two members at least; name more runs.")
    first, *others = members = [Member.read(run) for run in runs]
    for other in others:
        _check_classes(first, other)
        for split in ("dev", "test"):
            _check_rows(first, other, split)
    return members


def _check_classes(first: Member, other: Member) -> None:
    mine, theirs = first.predictor.classes, other.predictor.classes
    if mine != theirs:
        raise MerhanError(
            f"{other.folder} knows the classes {', '.join(theirs)}, and {first.folder} {', '.join(mine)}: an "
            "ensemble needs members of the same classes."
        )


def _check_rows(first: Member, other: Member, split: str) -> None:
    mine, theirs = (
        dict(zip(found.ids, found.labels.tolist(), strict=True)) if found else {}
        for found in (first.predictions.get(split), other.predictions.get(split))
    )
    if mine == theirs:
        return
    odd = sorted(mine.keys() ^ theirs.keys())
    what = (
        f"{len(odd)} rows of {split} are in one of them alone ({odd[0]!r} first)"
        if odd
        else f"rows of {split} have other labels ({next(i for i in mine if mine[i] != theirs[i])!r} first)"
    )
    raise MerhanError(
        f"{other.folder} and {first.folder} were not measured on the same rows: {what}; an ensemble needs members "
        "of one corpus and one split (--split-seed)."
    )


def in_order_of(ids: Sequence[str], found: Predictions) -> np.ndarray:
    """The logits of `found` in the order of `ids`, (rows, classes)."""
    place = {name: row for row, name in enumerate(found.ids)}
    return found.logits[[place[name] for name in ids]]


def _config(path: Path) -> dict[str, Any]:
    try:
        found = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise MerhanError(f"{path} is broken or gone ({error}): put it back, or train again.") from error
    if not isinstance(found, dict):
        raise MerhanError(f"{path} is broken: put it back, or train again.")
    return found
