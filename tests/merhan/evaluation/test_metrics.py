import json

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, f1_score

from merhan.errors import MerhanError
from merhan.evaluation.metrics import classification_report

NAMES = ["anger", "joy", "neutral"]


def _probabilities(predicted, classes=3):
    return np.eye(classes)[predicted] * 0.7 + 0.1


def test_figures_by_hand():
    # anger: 1 of 2 right; joy: 1 of 1 right, predicted 3 times; neutral: 2 of 3 right
    labels = [0, 0, 1, 2, 2, 2]
    predicted = [0, 1, 1, 2, 2, 1]
    report = classification_report(labels, _probabilities(predicted), NAMES, losses=[1, 2, 3, 4, 5, 6])
    assert report["accuracy"] == pytest.approx(4 / 6)
    assert report["uar"] == pytest.approx((1 / 2 + 1 + 2 / 3) / 3)
    assert report["macro_f1"] == pytest.approx((2 / 3 + 1 / 2 + 4 / 5) / 3)
    assert report["weighted_f1"] == pytest.approx((2 * 2 / 3 + 1 / 2 + 3 * 4 / 5) / 6)
    assert report["loss"] == 3.5
    assert report["confusion_matrix"] == {"labels": NAMES, "matrix": [[1, 1, 0], [0, 1, 0], [0, 1, 2]]}
    assert report["per_class"]["joy"] == {
        "precision": pytest.approx(1 / 3),
        "recall": 1.0,
        "f1": pytest.approx(0.5),
        "support": 1,
    }


def test_agrees_with_scikit_learn_where_all_classes_have_rows():
    rng = np.random.default_rng(0)
    labels = rng.integers(5, size=400)
    probabilities = rng.dirichlet(np.ones(5), size=400)
    predicted = probabilities.argmax(axis=1)
    report = classification_report(labels, probabilities, list("abcde"))
    assert report["uar"] == pytest.approx(balanced_accuracy_score(labels, predicted))
    assert report["macro_f1"] == pytest.approx(f1_score(labels, predicted, average="macro"))
    assert report["weighted_f1"] == pytest.approx(f1_score(labels, predicted, average="weighted"))


def test_classes_without_rows_have_no_recall_and_are_not_averaged():
    report = classification_report([0, 0], _probabilities([0, 1]), NAMES)
    assert report["uar"] == 0.5
    assert report["macro_f1"] == pytest.approx(2 / 3)
    assert report["per_class"]["joy"] == {"precision": 0.0, "recall": None, "f1": None, "support": 0}
    assert report["per_class"]["neutral"] == {"precision": None, "recall": None, "f1": None, "support": 0}


def test_a_class_that_is_never_predicted_has_precision_zero():
    report = classification_report([0, 1], _probabilities([0, 0]), NAMES)
    assert report["per_class"]["joy"] == {"precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 1}


def test_everything_is_plain_json():
    report = classification_report(
        np.array([0, 1]), _probabilities([0, 1]).astype(np.float32), NAMES, losses=np.ones(2, np.float32)
    )
    assert json.loads(json.dumps(report, allow_nan=False)) == report
    assert list(report) == [
        "accuracy", "uar", "weighted_f1", "macro_f1", "per_class", "confusion_matrix", "loss", "ece",
    ]  # fmt: skip


def test_without_rows_no_figure_exists():
    report = classification_report([], np.zeros((0, 3)), NAMES)
    assert [report[name] for name in ("accuracy", "uar", "weighted_f1", "macro_f1", "loss")] == [None] * 5
    assert report["confusion_matrix"]["matrix"] == [[0, 0, 0]] * 3
    assert report["per_class"]["anger"] == {"precision": None, "recall": None, "f1": None, "support": 0}
    assert classification_report([0], _probabilities([0]), NAMES)["loss"] is None


@pytest.mark.parametrize(
    ("labels", "probabilities", "words"),
    [
        ([0, 1], np.ones((2, 4)), r"labels \(2,\) and probabilities \(2, 4\) do not fit 3 classes"),
        ([0, 1], np.ones((3, 3)), r"\(3, 3\)"),
        ([0, 3], np.ones((2, 3)), "class numbers from 0 to 2"),
        ([0.5, 1], np.ones((2, 3)), "class numbers from 0 to 2"),
        ([0, 1], [[1, 0, 0], [np.nan, 0, 1]], "row 1: the model's probabilities are not finite"),
    ],
)
def test_input_that_does_not_fit_is_named(labels, probabilities, words):
    with pytest.raises(MerhanError, match=words):
        classification_report(labels, probabilities, NAMES)


def test_one_loss_a_row():
    with pytest.raises(MerhanError, match="1 losses for 2 labels"):
        classification_report([0, 1], _probabilities([0, 1]), NAMES, losses=[1.0])
