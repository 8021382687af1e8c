import numpy as np
import pytest
from sklearn.calibration import calibration_curve

from balancer import BalanceError, expected_calibration_error
from balancer.calibration import reliability


def test_by_hand():
    # Four rows say 0.9 and three are right; two say 0.6 and one is right: 4/6 · 0.15 + 2/6 · 0.1.
    probabilities = [[0.9, 0.1]] * 4 + [[0.4, 0.6]] * 2
    assert expected_calibration_error(probabilities, [0, 0, 0, 1, 1, 0]) == pytest.approx(0.6 / 6 + 0.2 / 6)


def test_bins_are_open_below_and_closed_above():
    found = reliability([[0.5, 0.25, 0.25], [1.0, 0.0, 0.0]], [0, 0], bins=2)
    assert found.rows.tolist() == [1, 1]
    assert found.confidence.tolist() == [0.5, 1.0]
    assert np.isnan(reliability([[0.9, 0.1]], [0], bins=2).accuracy[0])


def test_against_scikit_learns_calibration_curve():
    rng = np.random.default_rng(0)
    p = rng.uniform(size=500)
    y = (rng.uniform(size=500) < p**2).astype(int)
    accuracy, confidence = calibration_curve(y, p, n_bins=10)
    rows = np.histogram(p, np.linspace(0, 1, 11))[0]
    theirs = (rows[rows > 0] / 500 * np.abs(accuracy - confidence)).sum()
    # Of two classes both columns have the same error, mirrored, so that their mean is that of either.
    assert expected_calibration_error(np.stack([1 - p, p], 1), y, bins=10, classwise=True) == pytest.approx(
        theirs
    )


def test_classwise_by_hand():
    # The rare class says 0.1 everywhere and is right in 1 row of 2; the others' gaps are 0.1 and 0.5.
    probabilities = [[0.6, 0.3, 0.1]] * 2
    error = expected_calibration_error(probabilities, [0, 2], classwise=True)
    assert error == pytest.approx((0.1 + 0.3 + 0.4) / 3)


def test_soft_labels_are_right_by_their_share():
    assert expected_calibration_error([[0.7, 0.3]], [[0.7, 0.3]]) == pytest.approx(0)
    assert expected_calibration_error([[0.7, 0.3]], [[7, 3]]) == pytest.approx(0)


def test_a_perfect_and_a_hopeless_model():
    sure = np.eye(3)
    assert expected_calibration_error(sure, [0, 1, 2]) == 0
    assert expected_calibration_error(sure, [1, 2, 0]) == 1


@pytest.mark.parametrize(
    ("probabilities", "labels", "said"),
    [
        ([], [], "a row at least"),
        ([[0.5, 0.2]], [0], "row 0 of the probabilities.*softmax"),
        ([[np.nan, 0.2]], [0], "row 0"),
        ([[-0.2, 1.2]], [0], "row 0"),
        ([[0.5, 0.5]], [2], "class numbers from 0 to 1"),
        ([[0.5, 0.5]], [0.0], "class numbers"),
        ([[0.5, 0.5]], [0, 1], "do not fit"),
        ([[0.5, 0.5]], [[0, 0]], "all 0"),
    ],
)
def test_bad_input(probabilities, labels, said):
    with pytest.raises(BalanceError, match=said):
        expected_calibration_error(probabilities, labels)


def test_bins_must_be_a_number():
    with pytest.raises(BalanceError, match="bins 0"):
        expected_calibration_error([[0.5, 0.5]], [0], bins=0)
