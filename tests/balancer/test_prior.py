import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from balancer import BalanceError, expected_calibration_error, shift_prior
from balancer.calibration import balanced_probabilities


def test_by_hand():
    # 0.5 · 0.9/0.5 : 0.5 · 0.1/0.5 = 9 : 1
    np.testing.assert_allclose(shift_prior([[0.5, 0.5]], [1, 1], [0.9, 0.1]), [[0.9, 0.1]])
    np.testing.assert_allclose(shift_prior([0.6, 0.3, 0.1], [0.6, 0.3, 0.1], [1, 1, 1]), [1 / 3] * 3)


def test_counts_and_maps_are_welcome():
    expected = shift_prior([[0.7, 0.3]], [0.25, 0.75], [0.5, 0.5])
    np.testing.assert_allclose(shift_prior([[0.7, 0.3]], {"joy": 30, "anger": 10}, [4, 4]), expected)


def test_case_3_14_a_majority_sampled_at_a_fifth_is_put_right():
    """1/99 with the majority sampled at 0.2: the true probabilities come back, of the formula and of a fitted model."""
    rng = np.random.default_rng(0)
    y = (rng.uniform(size=200_000) < 0.01).astype(int)
    x = rng.normal(2.0 * y, 1.0)
    # Two normals of deviation 1 with means 0 and 2: log-odds are log(prior odds) + 2x - 2.
    truth = 1 / (1 + np.exp(-(np.log(1 / 99) + 2 * x - 2)))
    sampled = truth / (truth + 0.2 * (1 - truth))
    kept = 0.2 * 0.99 + 0.01
    trained_on = [0.2 * 0.99 / kept, 0.01 / kept]
    put_right = shift_prior(np.stack([1 - sampled, sampled], 1), trained_on, [0.99, 0.01])
    np.testing.assert_allclose(put_right[:, 1], truth, rtol=1e-9)

    chosen = (y == 1) | (rng.uniform(size=len(y)) < 0.2)
    model = LogisticRegression(C=1e6).fit(x[chosen, None], y[chosen])
    biased = model.predict_proba(x[:, None])
    corrected = shift_prior(biased, np.bincount(y[chosen]), np.bincount(y))
    assert np.abs(biased[:, 1] - truth).mean() > 0.02
    assert np.abs(corrected[:, 1] - truth).mean() < 0.002
    before = expected_calibration_error(biased, y, classwise=True)
    assert expected_calibration_error(corrected, y, classwise=True) < before / 10


def test_balanced_decisions_maximise_recall():
    rng = np.random.default_rng(1)
    y = rng.choice(3, size=60_000, p=[0.9, 0.07, 0.03])
    x = rng.normal(y, 1.0)
    likelihood = np.exp(-((x[:, None] - np.arange(3)) ** 2) / 2)
    p = likelihood * [0.9, 0.07, 0.03]
    p /= p.sum(axis=1, keepdims=True)

    def uar(decided):
        return np.mean([(decided[y == c] == c).mean() for c in range(3)])

    balanced = balanced_probabilities(p, [0.9, 0.07, 0.03])
    np.testing.assert_allclose(balanced, likelihood / likelihood.sum(axis=1, keepdims=True))
    best = uar(balanced.argmax(axis=1))
    assert best > uar(p.argmax(axis=1)) + 0.1
    for tilt in ([1.5, 1, 1], [1, 1.5, 1], [1, 1, 1.5], [1 / 1.5, 1, 1]):
        assert best > uar((balanced * tilt).argmax(axis=1))


shares = st.lists(st.floats(0.01, 1.0), min_size=3, max_size=3)


@given(shares, shares, shares)
def test_there_and_back(p, first, second):
    p = np.array(p) / sum(p)
    there = shift_prior(p, first, second)
    assert there.sum() == pytest.approx(1)
    np.testing.assert_allclose(shift_prior(there, second, first), p, rtol=1e-9)


def test_a_class_may_go_and_none_can_come():
    np.testing.assert_allclose(shift_prior([[0.2, 0.3, 0.5]], [1, 1, 1], [0, 1, 1]), [[0, 0.375, 0.625]])
    with pytest.raises(BalanceError, match="class 'joy' has no share in trained_on"):
        shift_prior([[0.5, 0.5]], {"anger": 1, "joy": 0}, [1, 1])
    with pytest.raises(BalanceError, match="row 1 gives all its probability"):
        shift_prior([[0.5, 0.5], [1, 0]], [1, 1], [0, 1])
    for odd in ([float("nan"), 1], [-0.2, 1.2]):
        with pytest.raises(BalanceError, match=r"row 1 of the probabilities is \[.*; give softmax"):
            shift_prior([[0.5, 0.5], odd], [1, 1], [1, 3])
    with pytest.raises(BalanceError, match="to has 3 numbers for 2 classes"):
        shift_prior([[0.5, 0.5]], [1, 1], [1, 1, 1])
    with pytest.raises(BalanceError, match="class 'fear' is in one of"):
        shift_prior([0.5, 0.5], {"anger": 1, "joy": 1}, {"anger": 1, "fear": 1})
    with pytest.raises(BalanceError, match="to gives no class a share"):
        shift_prior([[0.5, 0.5]], [1, 1], [0, 0])
