import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.class_weight import compute_class_weight

from balancer import BalanceError, class_weights
from balancer.weights import METHODS


def test_balanced_is_scikit_learns_up_to_the_mean():
    y = [0] * 50 + [1] * 30 + [2] * 4
    theirs = compute_class_weight("balanced", classes=np.arange(3), y=y)
    np.testing.assert_allclose(class_weights([50, 30, 4], normalise="none"), theirs)
    np.testing.assert_allclose(class_weights([50, 30, 4]), theirs / theirs.mean())


@pytest.mark.parametrize(
    ("options", "raw"),
    [
        ({"method": "balanced"}, [13 / 3 / 9, 13 / 3 / 3, 13 / 3]),
        ({"method": "balanced", "power": 0.5}, [(13 / 27) ** 0.5, (13 / 9) ** 0.5, (13 / 3) ** 0.5]),
        ({"method": "inverse"}, [1 / 9, 1 / 3, 1]),
        ({"method": "inverse_sqrt"}, [1 / 3, 1 / 3**0.5, 1]),
        ({"method": "effective_number", "beta": 0.5}, [0.5 / (1 - 0.5**9), 0.5 / (1 - 0.5**3), 1]),
        ({"method": "effective_number", "beta": 0.0}, [1, 1, 1]),
        ({"method": "none"}, [1, 1, 1]),
        ({"method": "inverse", "power": 0}, [1, 1, 1]),
    ],
)
def test_methods_by_hand(options, raw):
    counts = {"neutral": 9, "fear": 1, "joy": 3}
    by_name = np.array(raw)[[2, 1, 0]]  # fear, joy, neutral
    np.testing.assert_allclose(class_weights(counts, normalise="none", **options), by_name)
    np.testing.assert_allclose(class_weights(counts, **options), by_name / by_name.mean())


def test_mean_over_rows_keeps_the_size_of_the_loss():
    counts = np.array([900, 90, 10])
    weights = class_weights(counts, method="inverse_sqrt", normalise="rows")
    assert (weights * counts).sum() / counts.sum() == pytest.approx(1)
    # scikit-learn's "balanced" has that mean already
    np.testing.assert_allclose(
        class_weights(counts, normalise="rows"), class_weights(counts, normalise="none")
    )


@given(
    counts=st.lists(st.integers(1, 10**9), min_size=1, max_size=10),
    method=st.sampled_from(METHODS),
    power=st.floats(0, 4),
    beta=st.floats(0, 0.9999999),
)
def test_weights_are_finite_positive_mean_one_and_never_favour_the_larger_class(counts, method, power, beta):
    weights = class_weights(counts, method=method, power=power, beta=beta)
    assert np.isfinite(weights).all()
    assert (weights > 0).all()
    assert weights.mean() == pytest.approx(1)
    assert (np.diff(weights[np.argsort(counts, kind="stable")]) <= 1e-9 * weights.max()).all()


@pytest.mark.parametrize("method", [m for m in METHODS if m != "none"])
def test_case_3_4_a_class_without_rows_is_named_never_infinite(method):
    with pytest.raises(BalanceError, match="class fear has no training utterance"):
        class_weights({"anger": 2, "fear": 0}, method=method)
    with pytest.raises(BalanceError, match="classes 1, 2 have no training utterance"):
        class_weights([2, 0, 0], method=method)
    assert class_weights([2, 0], method="none").tolist() == [1, 1]


@pytest.mark.parametrize("method", METHODS)
def test_case_3_5_the_largest_class_keeps_a_weight(method):
    assert (class_weights([300, 600, 100], method=method) > 0).all()


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"method": "balance"}, "did you mean 'balanced'"),
        ({"power": -1}, "power -1 is outside 0 to 4"),
        ({"method": "effective_number", "beta": 1.0}, "beta 1.0 is outside 0 to 1"),
        ({"normalise": "median"}, "normalisation 'median' is not known"),
    ],
)
def test_wrong_options_say_what_is_allowed(options, words):
    with pytest.raises(BalanceError, match=words):
        class_weights([1, 2], **options)
