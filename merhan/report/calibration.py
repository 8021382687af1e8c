"""What was calibrated, and what came of it, in words and rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

FIGURES = (
    ("ECE, the model's own", "ece_before"),
    ("ECE, calibrated", "ece_after"),
    ("class-wise ECE, the model's own", "classwise_ece_before"),
    ("class-wise ECE, calibrated", "classwise_ece_after"),
    ("loss, the model's own", "loss_before"),
    ("loss, calibrated", "loss_after"),
    ("UAR, balanced decisions", "uar_balanced"),
    ("WA (accuracy), balanced decisions", "accuracy_balanced"),
    ("UAR, deployment decisions", "uar_deployment"),
    ("WA (accuracy), deployment decisions", "accuracy_deployment"),
)


def fitted_on_dev(calibration: Mapping[str, Any]) -> str:
    """The `calibration` block of metrics.json in a sentence."""
    bias = calibration["bias"].values()
    said = (
        f"Calibrated on dev (temperature {calibration['temperature']:.2f}, biases {min(bias):+.2f} to "
        f"{max(bias):+.2f}): its dev figures flatter."
    )
    lacking = calibration.get("unfitted")
    return f"{said} Dev lacks {', '.join(lacking)}: no bias there." if lacking else said


def prior_sentence(prior: Mapping[str, float]) -> str:
    """Which class distribution decisions and probabilities are for."""
    shares = ", ".join(f"{name} {share:.1%}" for name, share in prior.items())
    return f"Decided for {shares}."


def calibration_rows(calibration: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """What the HTML report shows of it: a sentence, figures by split, and each class's numbers."""
    if not calibration:
        return None
    splits = [split for split in ("dev", "test") if calibration[split]]
    return {
        "said": fitted_on_dev(calibration)
        + " Balanced decisions are as if all classes were equally frequent, deployment decisions for dev's class "
        "distribution; the figures above are the model's own decisions.",
        "splits": splits,
        "figures": [(name, [f"{calibration[split][key]:.3f}" for split in splits]) for name, key in FIGURES],
        "classes": [
            (name, f"{bias:+.2f}", f"{calibration['prior'][name]:.3f}", f"{calibration['train'][name]:.3f}")
            for name, bias in calibration["bias"].items()
        ],
    }
