import math

import numpy as np
import pytest
import torch
from torch.nn import functional

from balancer import BalanceError, class_weights, make_loss

WEIGHT = [0.2, 1.3, 1.5]


def _batch(rows=16, classes=3, seed=0):
    rng = torch.Generator().manual_seed(seed)
    return torch.randn(rows, classes, generator=rng), torch.randint(classes, (rows,), generator=rng)


@pytest.mark.parametrize("weight", [None, WEIGHT])
@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_hard_labels_equal_torch(weight, reduction):
    logits, labels = _batch()
    labels[3] = -100
    theirs = functional.cross_entropy(
        logits, labels, weight=None if weight is None else torch.tensor(weight), reduction=reduction
    )
    ours = make_loss("cross_entropy", weight=weight, reduction=reduction)(logits, labels)
    torch.testing.assert_close(ours, theirs)


def test_two_rows_by_hand():
    # uniform logits: ln 3 a row, whatever the weights; (0, 0, ln 2): 1/4, 1/4, 1/2
    logits = torch.tensor([[0.0, 0.0, 0.0], [0.0, 0.0, math.log(2)]])
    labels = torch.tensor([0, 2])
    loss = make_loss(weight=[3.0, 1.0, 1.0])
    assert loss(logits, labels).item() == pytest.approx((3 * math.log(3) + math.log(2)) / 4)


def test_smoothing_without_weights_equals_torch():
    logits, labels = _batch()
    theirs = functional.cross_entropy(logits, labels, label_smoothing=0.1)
    torch.testing.assert_close(make_loss(label_smoothing=0.1)(logits, labels), theirs)


def test_soft_labels_without_weights_equal_torch():
    logits, _ = _batch()
    shares = torch.rand(16, 3).softmax(dim=1)
    torch.testing.assert_close(make_loss()(logits, shares), functional.cross_entropy(logits, shares))


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_a_soft_row_is_shares_of_hard_rows(smoothing):
    loss = make_loss(weight=WEIGHT, label_smoothing=smoothing, reduction="sum_and_weight")
    logits = torch.tensor([[0.3, -1.0, 2.0]])
    total, weight = loss(logits, torch.tensor([[0.7, 0.0, 0.3]]))
    anger, anger_weight = loss(logits, torch.tensor([0]))
    joy, joy_weight = loss(logits, torch.tensor([2]))
    torch.testing.assert_close(total, 0.7 * anger + 0.3 * joy)
    torch.testing.assert_close(weight, 0.7 * anger_weight + 0.3 * joy_weight)


def test_case_4_8_weights_do_not_move_the_smoothed_optimum():
    # pytorch#104776: w (0.01, 0.99), ε 0.1.  The best prediction for a row of class 0 is (0.95, 0.05).
    weight, best = [0.01, 0.99], torch.tensor([[0.95, 0.05]])
    ours = best.log().clone().requires_grad_()
    make_loss(weight=weight, label_smoothing=0.1)(ours, torch.tensor([0])).backward()
    torch.testing.assert_close(ours.grad, torch.zeros(1, 2), atol=1e-7, rtol=0)

    theirs = best.log().clone().requires_grad_()
    functional.cross_entropy(
        theirs, torch.tensor([0]), weight=torch.tensor(weight), label_smoothing=0.1
    ).backward()
    assert theirs.grad.abs().max() > 0.1  # what we differ from, should torch change


def test_case_4_8_ignored_rows_count_nothing_even_with_smoothing():
    logits, labels = _batch()
    loss = make_loss(weight=WEIGHT, label_smoothing=0.1)
    some = labels.clone()
    some[5:] = -100
    torch.testing.assert_close(loss(logits, some), loss(logits[:5], labels[:5]))
    some = logits.clone()
    some[5:] = float("nan")
    labels[5:] = -100
    torch.testing.assert_close(loss(some, labels), loss(logits[:5], labels[:5]))


def test_case_4_5_weights_and_float32_inside_half_precision():
    logits, labels = _batch(rows=512)
    weights = class_weights({"a": 4710, "b": 268, "c": 1743})
    loss = make_loss(weight=weights)
    for kind in (torch.bfloat16, torch.float16):
        half = logits.to(kind)
        value = loss(half, labels)
        assert value.dtype == torch.float32
        torch.testing.assert_close(value, loss(half.float(), labels))
    with torch.autocast("cpu", dtype=torch.bfloat16):
        torch.testing.assert_close(loss(logits, labels), loss(logits.double(), labels).float())


def test_halving_a_model_does_not_round_its_loss_weights():
    logits, labels = _batch()
    model = torch.nn.ModuleDict({"loss": make_loss(weight=[1 / 3, 1000.7, 2.0])})
    before = model["loss"](logits, labels)
    torch.testing.assert_close(model.half()["loss"](logits, labels), before, rtol=0, atol=0)


@pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a GPU")
def test_case_4_5_weights_follow_the_logits_to_the_gpu():
    logits, labels = _batch()
    loss = make_loss(weight=WEIGHT)
    torch.testing.assert_close(loss(logits.cuda(), labels).cpu(), loss(logits, labels))


def test_case_4_2_sums_and_weights_of_four_small_batches_give_the_one_large_batchs_gradient():
    logits, labels = _batch(rows=8)
    whole = logits.clone().requires_grad_()
    make_loss(weight=WEIGHT)(whole, labels).backward()

    parts = logits.clone().requires_grad_()
    loss = make_loss(weight=WEIGHT, reduction="sum_and_weight")
    pairs = [loss(parts[i : i + 2], labels[i : i + 2]) for i in range(0, 8, 2)]
    (sum(total for total, _ in pairs) / sum(weight for _, weight in pairs)).backward()
    torch.testing.assert_close(parts.grad, whole.grad)


def test_case_4_7_smoothing_leaves_the_labels_as_they_were():
    logits, labels = _batch()
    labels[0] = -100
    soft = torch.rand(16, 3).softmax(dim=1)
    before = logits.clone(), labels.clone(), soft.clone()
    loss = make_loss(weight=WEIGHT, label_smoothing=0.1)
    loss(logits, labels)
    loss(logits, soft)
    for now, then in zip((logits, labels, soft), before, strict=True):
        assert torch.equal(now, then)


def test_a_class_switched_off_by_minus_infinity_costs_nothing():
    logits = torch.tensor([[0.0, 0.0, -math.inf]], requires_grad=True)
    value = make_loss()(logits, torch.tensor([1]))
    value.backward()
    assert value.item() == pytest.approx(math.log(2))
    assert torch.isfinite(logits.grad).all()


def test_soft_rows_without_a_label_are_ignored():
    logits, _ = _batch(rows=3)
    soft = torch.tensor([[0.5, 0.5, 0.0], [0.0, 0.0, 0.0], [-100.0, -100.0, -100.0]])
    torch.testing.assert_close(make_loss()(logits, soft), make_loss()(logits[:1], soft[:1]))


@pytest.mark.parametrize(
    ("logits", "labels", "words"),
    [
        (torch.zeros(2, 3), torch.tensor([0, 3]), "label 3 is outside 0 to 2"),
        (torch.zeros(2, 3), torch.tensor([-1, 0]), "label -1 is outside 0 to 2"),
        (torch.zeros(2, 3), torch.tensor([0.0, 1.0]), "whole numbers, not torch.float32"),
        (torch.zeros(2, 3), torch.zeros(2, 4), r"labels \(2, 4\) do not fit 2 rows of 3 classes"),
        (
            torch.zeros(2, 3),
            torch.zeros(3, dtype=torch.long),
            r"labels \(3,\) do not fit 2 rows of 3 classes",
        ),
        (torch.zeros(2, 3, 5), torch.zeros(2, dtype=torch.long), r"give \(batch, classes\)"),
        (
            torch.zeros(2, 3),
            torch.tensor([[1.0, 0, 0], [1.5, -0.5, 0]]),
            r"row 1 of the labels is \[1.5, -0.5",
        ),
        (torch.zeros(2, 4), torch.zeros(2, dtype=torch.long), "3 weight for logits of 4 classes"),
    ],
)
def test_inputs_that_do_not_fit_are_named(logits, labels, words):
    with pytest.raises(BalanceError, match=words):
        make_loss(weight=WEIGHT)(logits, labels)


@pytest.mark.parametrize(
    ("weights", "words"),
    [
        ([1.0, -1.0], "sample_weight of row 1 is -1; weights are finite, from 0"),
        ([math.nan, 1.0], "sample_weight of row 0 is nan"),
        ([1.0], r"sample_weight has shape \(1,\) for 2 rows"),
    ],
)
def test_sample_weights_that_do_not_fit_are_named(weights, words):
    with pytest.raises(BalanceError, match=words):
        make_loss()(torch.zeros(2, 3), torch.tensor([0, 1]), torch.tensor(weights))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"drw_epoch": -1}, "drw_epoch -1 is not a whole number from 0"),
        ({"drw_epoch": "ten"}, "drw_epoch 'ten' is not a whole number"),
        ({"drw_epoch": 1.5}, "drw_epoch 1.5 is not a whole number"),
        ({"name": "cross_entorpy"}, "did you mean 'cross_entropy'"),
        ({"label_smoothing": 1.0}, "give 0 to below 1"),
        ({"label_smoothng": 0.1}, "did you mean 'label_smoothing'"),
        ({"reduction": "average"}, "reduction 'average' is not known"),
        ({"weight": [1.0, math.inf]}, "must be finite"),
        ({"weight": [1.0, -1.0]}, "must be finite, from 0"),
        ({"weight": [0.0, 0.0]}, "not all 0"),
        ({"weight": np.ones((2, 2))}, r"weight has shape \(2, 2\)"),
        ({"weight": 2.0}, r"weight has shape \(\)"),
    ],
)
def test_settings_that_do_not_exist_are_named(options, words):
    with pytest.raises(BalanceError, match=words):
        make_loss(**options)


@pytest.mark.parametrize(
    "weight", [tuple(WEIGHT), np.array(WEIGHT), torch.tensor(WEIGHT, requires_grad=True)]
)
def test_weights_come_as_any_sequence_or_tensor(weight):
    logits, labels = _batch()
    torch.testing.assert_close(
        make_loss(weight=weight)(logits, labels), make_loss(weight=WEIGHT)(logits, labels)
    )


def test_counts_alone_never_weigh_cross_entropy():
    logits, labels = _batch()
    torch.testing.assert_close(
        make_loss("cross_entropy", counts=[900, 90, 10])(logits, labels), make_loss()(logits, labels)
    )


def test_case_3_16_one_weight_a_class_and_never_a_loss_of_nothing():
    for classes in (2, 3, 7):
        uniform = make_loss()(torch.zeros(4, classes), torch.arange(4) % classes)
        assert uniform.item() == pytest.approx(math.log(classes))
    with pytest.raises(BalanceError, match="give one number a class"):
        make_loss(weight=0.25)
    with pytest.raises(BalanceError, match="2 weight for logits of 3 classes"):
        make_loss(weight=[0.25, 0.75])(*_batch())
