import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import log_softmax, softmax
from sklearn.calibration import CalibratedClassifierCV
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression

from balancer import BalanceError, Calibration, expected_calibration_error, fit_calibration

PRIOR = np.array([0.8, 0.15, 0.05])


def distorted(rows, temperature, bias, seed=0):
    """Logits that are right once divided by `temperature` and lifted by `bias`, and labels drawn from them."""
    rng = np.random.default_rng(seed)
    right = rng.normal(0, 1.5, (rows, 3)) + np.log(PRIOR)
    labels = np.array([rng.choice(3, p=p) for p in softmax(right, axis=1)])
    return (right - bias) * temperature, labels


def test_apply_by_hand():
    calibration = Calibration(2.0, (np.log(3), 0.0), (0.9, 0.1))
    # softmax((2 / 2 + log 3, 0)) = 3e : 1
    np.testing.assert_allclose(calibration.apply([[2.0, 0.0]])[0, 0], 3 * np.e / (3 * np.e + 1))
    # Odds of 3e : 1 where classes are 9 : 1 are 3e/9 : 1, or e : 3, where they are even.
    np.testing.assert_allclose(calibration.balanced([2.0, 0.0])[0], np.e / (np.e + 3))
    np.testing.assert_allclose(calibration.retargeted([2.0, 0.0], [9, 1]), calibration.apply([2.0, 0.0]))
    np.testing.assert_allclose(calibration.retargeted([2.0, 0.0], [1, 1]), calibration.balanced([2.0, 0.0]))


def test_what_was_distorted_is_put_right():
    bias = np.array([-1.0, 0.2, 0.8])
    logits, labels = distorted(20_000, 2.5, bias)
    found = fit_calibration(logits, labels)
    assert found.temperature == pytest.approx(2.5, rel=0.05)
    np.testing.assert_allclose(found.bias, bias - bias.mean(), atol=0.06)
    np.testing.assert_allclose(found.prior, np.bincount(labels) / len(labels))
    before = expected_calibration_error(softmax(logits, axis=1), labels)
    assert before > 0.1
    assert expected_calibration_error(found.apply(logits), labels) < 0.01
    # The temperature alone leaves the bias that balancing put there (arXiv:1901.06852).
    alone = fit_calibration(logits, labels, bias=False)
    assert alone.bias == (0.0, 0.0, 0.0)
    assert expected_calibration_error(alone.apply(logits), labels) > 0.05


def test_at_the_optimum_every_class_is_expected_as_often_as_it_is():
    logits, labels = distorted(300, 0.5, [0.5, 0, -0.5], seed=1)
    found = fit_calibration(logits, labels, regularisation=0)
    np.testing.assert_allclose(found.apply(logits).mean(axis=0), np.bincount(labels) / 300, atol=1e-6)


@pytest.mark.parametrize("strength", [0.0, 1.0, 10.0])
def test_against_another_optimiser(strength):
    logits, labels = distorted(60, 3.0, [0.5, 0, -0.5], seed=2)

    def objective(point):
        log_p = log_softmax(logits / np.exp(point[0]) + point[1:], axis=1)
        return -log_p[np.arange(60), labels].sum() + strength / 2 * (point**2).sum()

    found = fit_calibration(logits, labels, regularisation=strength)
    least = minimize(objective, np.zeros(4), method="Powell", options={"xtol": 1e-10, "ftol": 1e-14})
    ours = np.array([np.log(found.temperature), *found.bias])
    assert objective(ours) <= least.fun + 1e-6
    np.testing.assert_allclose(ours[0], least.x[0], atol=1e-3)
    np.testing.assert_allclose(ours[1:], least.x[1:] - least.x[1:].mean(), atol=1e-3)


def test_temperature_is_scikit_learns():
    rng = np.random.default_rng(3)
    y = rng.choice(3, 400, p=PRIOR)
    x = rng.normal(size=(400, 4)) + y[:, None]
    model = LogisticRegression(C=1.0).fit(x[:100], y[:100])
    theirs = CalibratedClassifierCV(FrozenEstimator(model), method="temperature").fit(x[100:], y[100:])
    ours = fit_calibration(3 * model.decision_function(x[100:]), y[100:], bias=False, regularisation=0)
    np.testing.assert_allclose(
        ours.apply(3 * model.decision_function(x[100:])), theirs.predict_proba(x[100:]), atol=2e-3
    )


def test_a_class_that_dev_lacks_keeps_its_bias_and_gets_a_prior():
    logits, labels = distorted(400, 2.0, [0, 0, 0], seed=4)
    kept = labels != 2
    found = fit_calibration(logits[kept], labels[kept])
    assert found.unfitted == (2,)
    assert found.bias[2] == 0
    assert sum(found.bias) == pytest.approx(0)
    assert sum(found.prior) == pytest.approx(1)
    assert 0 < found.prior[2] < 0.2
    assert np.isfinite(found.balanced(logits)).all()


def test_small_and_separable_dev_sets_stay_finite():
    logits = np.array([[5.0, 0, 0], [0, 5.0, 0], [0, 0, 5.0]])
    found = fit_calibration(logits, [0, 1, 2])
    assert 0.2 < found.temperature < 1
    one = fit_calibration([[1.0, 0.0]], [0])
    assert one.unfitted == (1,)
    assert np.isfinite([one.temperature, *one.bias, *one.prior]).all()
    wrong = fit_calibration(100 * logits, [1, 2, 0], regularisation=0)
    assert wrong.temperature == pytest.approx(100)


def test_the_penalty_fades_with_rows():
    bias = [-1.0, 0.2, 0.8]
    gaps = []
    for rows in (20, 2000):
        logits, labels = distorted(rows, 2.0, bias, seed=5)
        free, held = (fit_calibration(logits, labels, regularisation=r) for r in (0.0, 1.0))
        gaps.append(np.abs(np.subtract(free.bias, held.bias)).max())
    assert gaps[1] < 0.05 < gaps[0]


def test_soft_labels_weigh_by_share():
    logits, labels = distorted(50, 2.0, [0, 0, 0], seed=6)
    hard = fit_calibration(np.repeat(logits, 2, axis=0), np.repeat(labels, 2))
    other = np.roll(labels, 1)
    soft = (np.eye(3)[labels] + np.eye(3)[other]) / 2
    both = fit_calibration(
        np.concatenate([logits, logits]), np.concatenate([labels, other]), regularisation=2.0
    )
    found = fit_calibration(logits, soft, regularisation=1.0)
    assert found.temperature == pytest.approx(both.temperature, rel=1e-4)
    np.testing.assert_allclose(found.bias, both.bias, atol=1e-4)
    assert hard.temperature != pytest.approx(found.temperature, rel=0.01)


@pytest.mark.parametrize(
    ("logits", "labels", "options", "said"),
    [
        ([], [], {}, "two classes at least"),
        ([[1.0]], [0], {}, "two classes at least"),
        ([[1.0, np.inf]], [0], {}, "diverged"),
        ([[1.0, 2.0]], [2], {}, "from 0 to 1"),
        ([[1.0, 2.0]], [0], {"regularisation": -1}, "regularisation"),
    ],
)
def test_bad_input(logits, labels, options, said):
    with pytest.raises(BalanceError, match=said):
        fit_calibration(logits, labels, **options)


def test_logits_of_other_classes_are_refused():
    with pytest.raises(BalanceError, match="not of the 2 classes"):
        Calibration(1.0, (0.0, 0.0), (0.5, 0.5)).apply([[1.0, 2.0, 3.0]])
