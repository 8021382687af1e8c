"""What a model keeps of its calibration, and what it says with it."""

from __future__ import annotations

import json

import numpy as np
import pytest

from balancer import Calibration
from merhan.answer import Heads, answer
from merhan.calibration import ModelCalibration
from merhan.errors import MerhanError, PriorError

CLASSES = ("anger", "joy")
FITTED = Calibration(2.0, (-0.5, 0.5), (0.2, 0.8), ())
KEPT = ModelCalibration(CLASSES, FITTED, (0.1, 0.9))


def test_it_survives_json() -> None:
    assert ModelCalibration.load(json.loads(json.dumps(KEPT.dump())), CLASSES) == KEPT
    lacking = ModelCalibration(CLASSES, Calibration(1.0, (0.0, 0.0), (0.9, 0.1), (1,)), (0.5, 0.5))
    assert lacking.dump()["unfitted"] == ["joy"]
    assert ModelCalibration.load(lacking.dump(), CLASSES) == lacking
    assert ModelCalibration.load(None, CLASSES) is None


@pytest.mark.parametrize(
    "broken",
    [{}, {"temperature": 1}, {**KEPT.dump(), "bias": {"anger": 0}}, {**KEPT.dump(), "temperature": "hot"}],
)
def test_what_is_broken_is_said(broken: dict) -> None:
    with pytest.raises(MerhanError, match=r"calibration in config\.json"):
        ModelCalibration.load(broken, CLASSES)


def test_decisions_by_hand() -> None:
    # z / 2 + b = (0.5, 0.5): calibrated 1 : 1 where classes are 1 : 4, so 4 : 1 where they are even, 4 : 9 at 1 : 9.
    found = answer(Heads(np.array([2.0, 0.0]), None, np.array([0.0, 0.0])), CLASSES, KEPT)
    assert list(found) == ["label", "probabilities", "audio", "text", "balanced", "deployment"]
    assert found["label"] == "anger"
    assert found["probabilities"]["anger"] == pytest.approx(1 / (1 + np.exp(-2)))
    assert found["audio"] is None
    assert found["text"] == {"anger": 0.5, "joy": 0.5}
    assert found["balanced"]["label"] == "anger"
    assert found["balanced"]["probabilities"] == pytest.approx({"anger": 0.8, "joy": 0.2})
    assert found["deployment"]["probabilities"] == pytest.approx({"anger": 0.5, "joy": 0.5})
    assert found["deployment"]["prior"] == pytest.approx({"anger": 0.2, "joy": 0.8})
    train = KEPT.decisions(np.array([2.0, 0.0]), "train")["deployment"]
    assert train["label"] == "joy"
    assert train["probabilities"] == pytest.approx({"anger": 4 / 13, "joy": 9 / 13})
    even = KEPT.decisions(np.array([2.0, 0.0]), {"anger": 1, "joy": 1})
    assert even["deployment"]["probabilities"] == pytest.approx(even["balanced"]["probabilities"])


def test_a_model_without_one_says_so_only_where_it_matters() -> None:
    heads = Heads(np.array([2.0, 0.0]), None, None)
    found = answer(heads, CLASSES, None)
    assert found["balanced"] is None
    assert found["deployment"] is None
    with pytest.raises(
        MerhanError, match="keeps no calibration, which re-targeting starts from: train again"
    ):
        answer(heads, CLASSES, None, "even")
    with pytest.raises(PriorError, match="lacks class 'joy'"):
        answer(heads, CLASSES, KEPT, "anger=1")


def test_a_model_that_has_diverged_says_so() -> None:
    for kept in (None, KEPT):
        with pytest.raises(
            MerhanError, match=r"not finite; its training has diverged: .* lower train\.learning"
        ):
            answer(Heads(np.array([np.nan, 0.0]), None, None), CLASSES, kept)


def test_train_may_be_counts() -> None:
    logits = np.random.default_rng(0).normal(size=(40, 2))
    fitted = ModelCalibration.fit(logits, np.arange(40) % 2, CLASSES, [30, 10])
    assert fitted.train == (0.75, 0.25)
    assert fitted.fitted.prior == (0.5, 0.5)
