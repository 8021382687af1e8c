"""How well calibrated a model is, before and after: the `calibration` block of metrics.json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from balancer import expected_calibration_error
from balancer.calibration import Reliability, reliability
from merhan.calibration import ModelCalibration
from merhan.evaluation.metrics import classification_report
from merhan.evaluation.predictions import Predictions


def calibration_block(calibration: ModelCalibration, found: Mapping[str, Predictions]) -> dict[str, Any]:
    """What was fitted on dev, and what it does to each split; of dev, that flatters, and test is honest.

    Returns
    -------
    dict with fitted_on, temperature, bias {class: number}, prior {class: share of dev}, train {class: share},
    unfitted [classes that dev lacks], and for dev and test (None without rows) what `calibration_figures` gives.
    """
    figures = {split: calibration_figures(calibration, rows) for split, rows in found.items()}
    return {"fitted_on": "dev", **calibration.dump(), "dev": figures.get("dev"), "test": figures.get("test")}


def calibration_figures(calibration: ModelCalibration, found: Predictions) -> dict[str, float]:
    """Of one split: errors and loss before and after, and what the two kinds of decision reach.

    ece_*, classwise_ece_*, loss_* : of the model's own probabilities (before) and of the calibrated ones, for
        dev's class distribution (after).
    uar_balanced, accuracy_balanced : deciding as if classes were equally frequent.
    uar_deployment, accuracy_deployment : deciding for dev's class distribution.
    """
    fitted = calibration.fitted
    after = fitted.apply(found.logits)
    figures: dict[str, float] = {}
    for when, probabilities in (("before", found.probabilities), ("after", after)):
        figures[f"ece_{when}"] = expected_calibration_error(probabilities, found.labels)
        figures[f"classwise_ece_{when}"] = expected_calibration_error(
            probabilities, found.labels, classwise=True
        )
        figures[f"loss_{when}"] = float(_losses(probabilities, found.labels).mean())
    for kind, probabilities in (("balanced", fitted.balanced(found.logits)), ("deployment", after)):
        report = classification_report(found.labels, probabilities, calibration.classes)
        figures |= {f"{name}_{kind}": report[name] for name in ("uar", "accuracy")}
    return figures


def retargeted_report(calibration: ModelCalibration, found: Predictions, prior: Any) -> dict[str, Any]:
    """A split's report with the decisions and probabilities for another class distribution, and that `prior`."""
    probabilities = calibration.retargeted(found.logits, prior)
    losses = _losses(probabilities, found.labels)
    report = classification_report(found.labels, probabilities, calibration.classes, losses=losses)
    return {**report, "prior": calibration.named(calibration.prior(prior))}


def reliabilities(calibration: ModelCalibration, found: Predictions) -> dict[str, Reliability]:
    """Of the model's own probabilities and of the calibrated ones, for the reliability diagrams."""
    return {
        "before": reliability(found.probabilities, found.labels),
        "after": reliability(calibration.fitted.apply(found.logits), found.labels),
    }


def _losses(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    own = np.take_along_axis(np.asarray(probabilities, dtype=float), labels[:, None], axis=1)[:, 0]
    return -np.log(np.maximum(own, np.finfo(float).tiny))
