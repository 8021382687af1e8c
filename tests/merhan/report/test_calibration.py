"""Calibration in words, rows and diagrams."""

from __future__ import annotations

import numpy as np

from balancer.calibration import reliability
from merhan.calibration import ModelCalibration
from merhan.evaluation.calibration import calibration_block
from merhan.evaluation.predictions import Predictions
from merhan.report.calibration import calibration_rows, fitted_on_dev, prior_sentence
from merhan.report.reliability import LEFT, SIZE, TOP, diagrams


def block(**more):
    logits = np.log([[0.6, 0.4], [0.3, 0.7], [0.8, 0.2]])
    labels = np.array([0, 1, 0])
    dev = Predictions(("a", "b", "c"), labels, logits, np.exp(logits), -logits[np.arange(3), labels])
    calibration = ModelCalibration.fit(logits, labels, ("anger", "joy"), [3, 1])
    return calibration_block(calibration, {"dev": dev}) | more


def test_a_sentence() -> None:
    said = fitted_on_dev(block(temperature=0.5, bias={"anger": -0.25, "joy": 0.25}))
    assert said == "Calibrated on dev (temperature 0.50, biases -0.25 to +0.25): its dev figures flatter."
    assert fitted_on_dev(block(unfitted=["joy"])).endswith("Dev lacks joy: no bias there.")
    assert prior_sentence({"anger": 0.25, "joy": 0.75}) == "Decided for anger 25.0%, joy 75.0%."


def test_rows_of_the_report_leave_out_a_split_that_is_not_there() -> None:
    shown = calibration_rows(block())
    assert shown["splits"] == ["dev"]
    assert [len(values) for _, values in shown["figures"]] == [1] * 10
    assert [row[0] for row in shown["classes"]] == ["anger", "joy"]
    assert shown["classes"][0][2:] == ("0.667", "0.750")
    assert calibration_rows(None) is None


def test_dots_lie_where_confidence_and_accuracy_are() -> None:
    found = reliability([[0.75, 0.25]] * 4 + [[0.5, 0.5]], [0, 0, 1, 1, 0], bins=4)
    before, after = diagrams({"before": found, "after": found})
    low, high = before["dots"]
    assert (high["x"], high["y"]) == (LEFT + 0.75 * SIZE, TOP + 0.5 * SIZE)
    assert high["said"] == "4 rows: confidence 0.75, right 0.50"
    assert high["r"] > low["r"]
    assert after["left"] > before["right"]
    assert before["title"] == "the model's own: ECE 0.300"
    assert diagrams({}) == []
