"""The calibration block of metrics.json, and predictions read back."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from scipy.special import softmax
from sklearn.metrics import balanced_accuracy_score, log_loss

from balancer import Calibration, expected_calibration_error, shift_prior
from merhan.calibration import ModelCalibration
from merhan.errors import MerhanError
from merhan.evaluation.calibration import calibration_block, calibration_figures, retargeted_report
from merhan.evaluation.evaluate import _report
from merhan.evaluation.predictions import Predictions, of_logits, read_predictions, write_predictions

CLASSES = ("anger", "fear", "joy")


def rows(count: int = 300, seed: int = 0) -> Predictions:
    rng = np.random.default_rng(seed)
    labels = rng.choice(3, count, p=[0.7, 0.1, 0.2])
    logits = 2.0 * (np.eye(3)[labels] + rng.normal(size=(count, 3)))
    probabilities = softmax(logits, axis=1)
    loss = -np.log(probabilities[np.arange(count), labels])
    return Predictions(tuple(f"{seed}-{i}" for i in range(count)), labels, logits, probabilities, loss)


def test_figures_are_those_of_scikit_learn() -> None:
    found = rows()
    calibration = ModelCalibration(
        CLASSES, Calibration(3.0, (0.5, -0.5, 0.0), (0.7, 0.1, 0.2)), (0.7, 0.1, 0.2)
    )
    figures = calibration_figures(calibration, found)
    after = softmax(found.logits / 3 + [0.5, -0.5, 0], axis=1)
    assert figures["ece_before"] == pytest.approx(
        expected_calibration_error(found.probabilities, found.labels)
    )
    assert figures["ece_after"] == pytest.approx(expected_calibration_error(after, found.labels))
    assert figures["loss_before"] == pytest.approx(found.loss.mean())
    assert figures["loss_after"] == pytest.approx(log_loss(found.labels, after))
    assert figures["uar_deployment"] == pytest.approx(
        balanced_accuracy_score(found.labels, after.argmax(axis=1))
    )
    balanced = (after / [0.7, 0.1, 0.2]).argmax(axis=1)
    assert figures["uar_balanced"] == pytest.approx(balanced_accuracy_score(found.labels, balanced))
    assert figures["accuracy_balanced"] == pytest.approx((balanced == found.labels).mean())


def test_the_block_is_plain_json_and_test_rows_are_not_fitted_on() -> None:
    dev, test = rows(), rows(seed=1)
    calibration = ModelCalibration.fit(dev.logits, dev.labels, CLASSES, [7, 1, 2])
    block = calibration_block(calibration, {"dev": dev, "test": test, "train": rows(seed=2)})
    assert json.loads(json.dumps(block, allow_nan=False)) == block
    assert list(block) == ["fitted_on", "temperature", "bias", "prior", "train", "unfitted", "dev", "test"]
    assert block["dev"]["loss_after"] < block["dev"]["loss_before"]
    assert block["test"]["loss_after"] < block["test"]["loss_before"]
    other = calibration_block(calibration, {"dev": dev})
    assert other["test"] is None
    assert other["dev"] == block["dev"]


def test_a_report_for_another_class_distribution() -> None:
    found = rows()
    calibration = ModelCalibration.fit(found.logits, found.labels, CLASSES, [1, 1, 1])
    report = retargeted_report(calibration, found, "anger=0.1,fear=0.1,joy=0.8")
    p = shift_prior(calibration.fitted.apply(found.logits), calibration.fitted.prior, [0.1, 0.1, 0.8])
    assert report["prior"] == pytest.approx({"anger": 0.1, "fear": 0.1, "joy": 0.8})
    assert report["accuracy"] == pytest.approx((p.argmax(axis=1) == found.labels).mean())
    assert report["loss"] == pytest.approx(log_loss(found.labels, p))
    even = retargeted_report(calibration, found, "even")
    assert even["uar"] == pytest.approx(calibration_figures(calibration, found)["uar_balanced"])
    never = retargeted_report(calibration, found, "anger=1,fear=0,joy=1")
    assert never["per_class"]["fear"]["recall"] == 0
    assert np.isfinite(never["loss"])


def test_what_has_diverged_is_said_in_one_sentence_with_and_without_a_prior() -> None:
    found = rows()
    calibration = ModelCalibration.fit(found.logits, found.labels, CLASSES, [7, 1, 2])
    wild = of_logits(found.ids, found.labels, np.where(found.labels[:, None] == 1, np.nan, found.logits))
    for prior in (None, "even"):
        with pytest.raises(MerhanError, match="not finite; its training has diverged: train again"):
            _report(wild, CLASSES, calibration, prior)


def test_predictions_are_read_back(tmp_path: Path) -> None:
    dev, test = rows(20), rows(10, seed=1)
    path = tmp_path / "predictions.parquet"
    write_predictions(path, {"dev": dev, "test": test}, CLASSES)
    found = read_predictions(path, CLASSES)
    assert list(found) == ["dev", "test"]
    for split, before in (("dev", dev), ("test", test)):
        again = found[split]
        assert again.ids == before.ids
        np.testing.assert_array_equal(again.labels, before.labels)
        np.testing.assert_allclose(again.probabilities, before.probabilities)
        np.testing.assert_allclose(softmax(again.logits, axis=1), before.probabilities)
        np.testing.assert_allclose(again.loss, before.loss)


def test_predictions_that_can_not_be_read_are_named(tmp_path: Path) -> None:
    path = tmp_path / "predictions.parquet"
    with pytest.raises(MerhanError, match=r"predictions.parquet is broken or gone"):
        read_predictions(path, CLASSES)
    path.write_bytes(b"PAR1 no more")
    with pytest.raises(MerhanError, match=r"predictions.parquet is broken or gone"):
        read_predictions(path, CLASSES)
    write_predictions(path, {"dev": rows(5)}, CLASSES)
    with pytest.raises(MerhanError, match=r"predictions.parquet is broken or gone"):
        read_predictions(path, ("anger", "fear", "sadness"))
