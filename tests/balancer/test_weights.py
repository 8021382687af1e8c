import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.utils.class_weight import compute_class_weight, compute_sample_weight

from balancer import BalanceError, class_weights, sample_weights
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
        ({"method": "log"}, [np.log(22 / 9), np.log(16 / 3), np.log(14)]),
        ({"method": "none"}, [1, 1, 1]),
        ({"method": {"joy": 5, "neutral": 0.5, "fear": 20}}, [0.5, 5, 20]),
        ({"method": {"joy": 4, "neutral": 1, "fear": 25}, "power": 0.5}, [1, 2, 5]),
        ({"prior": {"joy": 0.2, "neutral": 0.7, "fear": 0.1}}, [0.7 * 13 / 9, 0.2 * 13 / 3, 0.1 * 13]),
        ({"prior": {"joy": 1, "neutral": 1, "fear": 1}}, [13 / 27, 13 / 9, 13 / 3]),
        ({"method": "inverse", "power": 0}, [1, 1, 1]),
    ],
)
def test_methods_by_hand(options, raw):
    counts = {"neutral": 9, "fear": 1, "joy": 3}
    by_name = np.array(raw)[[2, 1, 0]]  # fear, joy, neutral
    np.testing.assert_allclose(class_weights(counts, normalise="none", **options), by_name)
    np.testing.assert_allclose(class_weights(counts, **options), by_name / by_name.mean())


@pytest.mark.parametrize(
    ("options", "weights"),
    [
        ({"normalise": "max"}, [0.1, 0.2, 1]),
        ({"normalise": "min"}, [1, 2, 10]),
        ({"normalise": "min", "clip": 4}, [1, 2, 4]),
        ({"clip": 4}, [3 / 7, 6 / 7, 12 / 7]),  # still of mean 1
        ({"clip": 1}, [1, 1, 1]),
        ({"clip": 10}, [3 / 13, 6 / 13, 30 / 13]),
        ({"clip": (0.5, 2)}, [0.5, 0.5, 2]),
        ({"clip": [0.4, 10], "normalise": "none"}, [0.4, 0.4, 1]),
    ],
)
def test_clipped_and_normalised_as_asked_by_hand(options, weights):
    np.testing.assert_allclose(class_weights([10, 5, 1], method="inverse", **options), weights)


@pytest.mark.parametrize("options", [{"clip": (0.5, 2.0)}, {"clip": 3.0}, {"power": 0}])
@given(counts=st.lists(st.integers(1, 10**6), min_size=1, max_size=8))
def test_clipping_keeps_its_promise_and_the_order(options, counts):
    weights = class_weights(counts, **options)
    low, high = options["clip"] if isinstance(options.get("clip"), tuple) else (0, np.inf)
    assert (weights >= low).all()
    assert (weights <= high).all()
    assert weights.max() / weights.min() <= (options.get("clip", 1) if not high < np.inf else 4) * (1 + 1e-9)
    assert (np.diff(weights[np.argsort(counts, kind="stable")]) <= 1e-9).all()


def test_case_3_14_weights_from_a_prior_shift_give_the_targets_distribution():
    # 99 and 1 rows, of which 30 and 70 % are expected: weighted rows are distributed so.
    counts = np.array([99, 1])
    weights = class_weights(counts, prior=[0.3, 0.7])
    np.testing.assert_allclose(weights * counts / (weights * counts).sum(), [0.3, 0.7])
    np.testing.assert_allclose(class_weights(counts, prior=[3, 7]), weights)  # scaled to sum to 1
    np.testing.assert_allclose(class_weights(counts, prior=counts), [1, 1])  # no shift
    np.testing.assert_allclose(class_weights(counts, prior=[1, 1]), class_weights(counts))  # balanced


def test_case_3_14_the_best_constant_prediction_under_them_is_the_targets_distribution():
    import torch

    from balancer import make_loss

    labels = torch.tensor([0] * 90 + [1] * 10)
    best = torch.tensor([0.2, 0.8], dtype=torch.float64).log().requires_grad_()
    make_loss(weight=class_weights([90, 10], prior=[0.2, 0.8]))(best.expand(100, 2), labels).backward()
    np.testing.assert_allclose(best.grad, [0, 0], atol=1e-12)


def test_a_class_of_no_rows_has_the_weight_it_was_given():
    assert class_weights([3, 0], method={0: 1, 1: 3}, normalise="none").tolist() == [1, 3]


def test_sample_weights_are_scikit_learns():
    labels = ["joy"] * 5 + ["fear"] + ["anger"] * 3
    np.testing.assert_allclose(sample_weights(labels), compute_sample_weight("balanced", labels))
    by_name = {"joy": 0.2, "fear": 3.0, "anger": 1.0}
    np.testing.assert_allclose(
        sample_weights(labels, by_name, normalise="none"), compute_sample_weight(by_name, labels)
    )


def test_a_soft_labels_sample_weight_is_the_expected_one():
    labels = ["joy", "joy", {"joy": 0.5, "fear": 0.5}, {"fear": 3, "joy": 1}]
    # counts 2.75 joy and 1.25 fear: 4 / (2 n)
    joy, fear = 4 / 5.5, 4 / 2.5
    each = sample_weights(labels)
    np.testing.assert_allclose(each, [joy, joy, (joy + fear) / 2, 0.25 * joy + 0.75 * fear])
    assert each.mean() == pytest.approx(1)


def test_sample_weights_of_another_split_come_from_the_trainings_counts():
    counts = {"anger": 8, "fear": 2}
    weights = class_weights(counts, normalise="rows")
    np.testing.assert_allclose(sample_weights(["fear", "fear", "anger"], counts=counts), weights[[1, 1, 0]])
    with pytest.raises(BalanceError, match="class 'feer' is not known; did you mean 'fear'"):
        sample_weights(["feer"], counts=counts)


def test_sample_weights_of_ten_thousand_rows_by_number():
    labels = np.arange(10_000) % 100 % 7
    np.testing.assert_allclose(sample_weights(labels), compute_sample_weight("balanced", labels))


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
        ({"method": 3}, "class weight method 3 is not known"),
        ({"method": "balance"}, "did you mean 'balanced'"),
        ({"power": -1}, "power -1 is outside 0 to 4"),
        ({"method": "effective_number", "beta": 1.0}, "beta 1.0 is outside 0 to 1"),
        ({"normalise": "median"}, "normalisation 'median' is not known"),
        ({"method": {0: 1.0, 1: 2.0, "x": 1.0}}, "class weights: class 'x' is not known"),
        ({"method": {0: 1.0}}, "class weights: give class 1 a number too"),
        ({"method": {0: 1.0, 1: 0.0}}, "class weights: class 1 has 0; give numbers above 0"),
        ({"method": {0: 1.0, 1: float("inf")}}, "class weights: class 1 has inf"),
        ({"prior": [1.0]}, r"prior has shape \(1,\); give one number a class, \(2,\)"),
        ({"prior": {0: 1.0, 1: float("nan")}}, "prior: class 1 has nan"),
        ({"prior": [1, 1], "method": "log"}, "prior goes with method 'balanced', not with 'log'"),
        ({"clip": 0.9}, "clip 0.9 is not allowed; give a number from 1"),
        ({"clip": (2, 1)}, r"clip \(2, 1\) is not allowed"),
        ({"clip": (0, 1)}, r"clip \(0, 1\) is not allowed"),
        ({"clip": "5"}, "clip '5' is not allowed"),
        ({"clip": True}, "clip True is not allowed"),
        ({"clip": ("low", "high")}, "is not allowed; give a number from 1"),
        ({"power": "half"}, "power 'half' is outside 0 to 4"),
        ({"method": "effective_number", "beta": None}, "beta None is outside 0 to 1"),
        ({"method": {0: 1.0, 1: "much"}}, "class weights: give numbers, one each .*'much'"),
        ({"prior": "even"}, "prior: give numbers"),
    ],
)
def test_wrong_options_say_what_is_allowed(options, words):
    with pytest.raises(BalanceError, match=words):
        class_weights([1, 2], **options)


def test_a_ratio_may_be_any_kind_of_number():
    for ratio in (3, np.int64(3), np.float32(3)):
        assert class_weights([100, 1], clip=ratio).tolist() == [0.5, 1.5]


def test_a_class_by_name_shows_the_nearest():
    with pytest.raises(BalanceError, match="class weights: class 'jot' is not known; did you mean 'joy'"):
        class_weights({"joy": 3, "fear": 1}, method={"jot": 1, "fear": 2})


def test_weights_that_leave_the_numbers_are_refused():
    with pytest.raises(BalanceError, match="lower power"):
        class_weights([1e-200, 1.0], method="inverse", power=4)
