import numpy as np
import pytest
import torch
from scipy.special import logsumexp

from balancer import BalanceError, make_loss
from balancer.losses.logit_adjustment import adjust_logits

COUNTS = [60, 30, 10]


def _batch(rows=6):
    rng = np.random.default_rng(2)
    return rng.normal(size=(rows, 3)), np.arange(rows) % 3


@pytest.mark.parametrize("tau", [0.0, 0.5, 1.0, 1.7])
def test_equals_the_formula_in_numpy(tau):
    logits, labels = _batch()
    adjusted = logits + tau * np.log(np.array(COUNTS) / 100)
    theirs = logsumexp(adjusted, axis=1) - adjusted[np.arange(6), labels]
    loss = make_loss("logit_adjustment", counts=COUNTS, tau=tau, reduction="none")
    np.testing.assert_allclose(loss(torch.tensor(logits), torch.tensor(labels)).numpy(), theirs)


def test_balanced_softmax_by_hand_and_as_logit_adjustment_with_tau_1():
    # Σ n e^z at z = 0 is 100: -log(n / 100)
    loss = make_loss("balanced_softmax", counts=COUNTS, reduction="none")
    at_zero = loss(torch.zeros(3, 3, dtype=torch.float64), torch.arange(3))
    np.testing.assert_allclose(at_zero.numpy(), -np.log([0.6, 0.3, 0.1]))
    logits, labels = map(torch.tensor, _batch())
    adjusted = make_loss("logit_adjustment", counts=COUNTS, tau=1.0, reduction="none")
    torch.testing.assert_close(loss(logits, labels), adjusted(logits, labels))


@pytest.mark.parametrize(
    ("name", "counts", "options"),
    [
        ("logit_adjustment", COUNTS, {"tau": 0.0}),
        ("logit_adjustment", [7, 7, 7], {}),
        ("balanced_softmax", [7, 7, 7], {}),
    ],
)
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_without_a_prior_it_is_cross_entropy(name, counts, options, smoothing):
    logits, labels = map(torch.tensor, _batch())
    loss = make_loss(name, counts=counts, label_smoothing=smoothing, **options)
    torch.testing.assert_close(loss(logits, labels), make_loss(label_smoothing=smoothing)(logits, labels))


@pytest.mark.parametrize("name", ["balanced_softmax", "logit_adjustment"])
def test_a_class_without_rows_is_named(name):
    with pytest.raises(
        BalanceError, match="class fear has no training utterance; add some, or drop the class"
    ):
        make_loss(name, counts={"anger": 3, "fear": 0})
    with pytest.raises(BalanceError, match="is made of class counts"):
        make_loss(name)


def test_case_3_14_afterwards_the_prior_is_taken_out():
    # A model that has learnt nothing but the prior gives it back as uniform logits.
    prior = np.array([0.6, 0.3, 0.1])
    even = adjust_logits(np.log(prior)[None], COUNTS)
    np.testing.assert_allclose(even - even.mean(), 0, atol=1e-12)
    # p' ∝ p / π, by hand: (0.5, 0.3, 0.2) / (0.6, 0.3, 0.1) = (5/6, 1, 2)
    odds = np.exp(adjust_logits(np.log([0.5, 0.3, 0.2]), COUNTS))
    np.testing.assert_allclose(odds / odds.sum(), np.array([5 / 6, 1, 2]) / (5 / 6 + 3))
    np.testing.assert_array_equal(adjust_logits(prior, COUNTS, tau=0), prior)


def test_afterwards_arrays_stay_arrays_and_tensors_tensors():
    logits, _ = _batch()
    as_tensor = adjust_logits(torch.tensor(logits, dtype=torch.float32), {"b": 30, "a": 60, "c": 10}, tau=0.5)
    assert as_tensor.dtype == torch.float32
    as_array = adjust_logits(logits.astype(np.float32), COUNTS, tau=0.5)
    assert as_array.dtype == np.float32
    np.testing.assert_allclose(as_tensor.numpy(), as_array, rtol=1e-6)
    assert adjust_logits(logits.astype(np.float16), COUNTS).dtype == np.float16
    whole = np.arange(6).reshape(2, 3)  # whole numbers become floats, never the other way round
    np.testing.assert_allclose(adjust_logits(torch.tensor(whole), COUNTS), adjust_logits(whole, COUNTS), 1e-6)


@pytest.mark.parametrize(
    ("counts", "tau", "words"),
    [
        ([1, 0, 2], 1.0, "class 1 has no training utterance"),
        ([1, 2], 1.0, r"2 counts for logits of shape \(6, 3\)"),
        (COUNTS, -1.0, "tau -1.0 is not allowed; give 0 to 10"),
    ],
)
def test_afterwards_what_does_not_fit_is_named(counts, tau, words):
    with pytest.raises(BalanceError, match=words):
        adjust_logits(_batch()[0], counts, tau)
