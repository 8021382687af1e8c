"""What every registered loss must do; a new one is tested the moment it is registered."""

import copy
import inspect
import pickle

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from balancer import BalanceError, make_loss
from balancer.losses import BUILT_IN, check_loss, find_loss, loss_names

COUNTS = [50, 20, 10, 3]
WEIGHT = [0.2, 0.5, 1.0, 2.3]
# What makes a loss cross-entropy: by its options, and (some) by counts that are all the same.
PLAIN = {
    "balanced_softmax": {"counts": [5] * 4},
    "class_balanced": {"beta": 0.0, "gamma": 0.0},
    "cross_entropy": {},
    "focal": {"gamma": 0.0},
    "ldam": {"max_margin": 0.0, "scale": 1.0},
    "logit_adjustment": {"tau": 0.0},
    "vector_scaling": {"gamma": 0.0, "tau": 0.0},
}
EVEN = {
    "balanced_softmax": {},
    "class_balanced": {"gamma": 0.0},
    "cross_entropy": {},
    "focal": {"gamma": 0.0},
    "logit_adjustment": {},
    "vector_scaling": {},
}


@pytest.fixture(params=loss_names())
def name(request):
    return request.param


def _loss(name, **options):
    return make_loss(name, counts=COUNTS, **options)


def _batch(rows=12, kind=torch.float32):
    rng = torch.Generator().manual_seed(3)
    logits = torch.randn(rows, 4, generator=rng, dtype=torch.float64)
    return logits.to(kind), torch.arange(rows) % 4


def test_says_what_it_computes(name):
    assert inspect.getdoc(find_loss(name).function)


def test_defaults_are_within_its_own_bounds(name):
    method = find_loss(name)
    check_loss(name, **{key: option.default for key, option in method.options.items()})


def test_gradients_are_those_of_its_values(name):
    logits, labels = _batch(kind=torch.float64)
    logits.requires_grad_()
    for smoothing in (0.0, 0.1):
        loss = _loss(name, weight=WEIGHT, label_smoothing=smoothing)
        assert torch.autograd.gradcheck(lambda z, loss=loss: loss(z, labels), (logits,))


def test_is_positive_at_uniform_logits_and_small_where_sure_and_right(name):
    labels = torch.arange(4)
    unsure = _loss(name, reduction="none")(torch.zeros(4, 4), labels)
    sure = _loss(name, reduction="none")(torch.eye(4) * 50, labels)
    assert unsure.shape == (4,)
    assert (unsure > 0).all()
    assert (sure < unsure).all()


@pytest.mark.parametrize(
    ("name", "options"),
    [*PLAIN.items(), *((name, {"counts": [7] * 4, **options}) for name, options in EVEN.items())],
)
@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_without_its_own_it_is_cross_entropy(name, options, smoothing):
    logits, labels = _batch()
    common = {"weight": WEIGHT, "label_smoothing": smoothing, "reduction": "sum_and_weight"}
    plain = make_loss(**common)
    ours = make_loss(name, **{"counts": COUNTS, **options}, **common)
    torch.testing.assert_close(ours(logits, labels), plain(logits, labels))
    soft = torch.rand(12, 4, generator=torch.Generator().manual_seed(1))
    torch.testing.assert_close(ours(logits, soft), plain(logits, soft))


def test_every_built_in_loss_can_be_made_plain():
    assert set(PLAIN) == set(BUILT_IN)


def test_case_3_4_a_class_without_rows_is_named_never_infinite(name):
    if find_loss(name).needs_counts:
        with pytest.raises(BalanceError, match="class fear has no training utterance"):
            make_loss(name, counts={"anger": 2, "fear": 0, "joy": 1})
    else:
        value = make_loss(name, counts=[2, 0, 1])(torch.zeros(3, 3), torch.arange(3))
        assert torch.isfinite(value)


def test_case_4_5_another_device_or_precision_computes_the_same(name):
    logits, labels = _batch(kind=torch.float64)
    loss = _loss(name, weight=WEIGHT)
    double = loss(logits, labels)
    assert double.dtype == torch.float64
    assert loss(logits.float(), labels).dtype == torch.float32  # weights moved for doubles are not kept
    torch.testing.assert_close(loss(logits.float(), labels), double.float())
    on_meta = loss(logits.to("meta"), labels)  # a device that only knows shapes
    assert on_meta.device.type == "meta"


@pytest.mark.parametrize("kind", [torch.int32, torch.uint8, torch.int16])
def test_case_4_13_whole_numbers_of_any_type_are_class_ids_or_shares(name, kind):
    logits, labels = _batch()
    loss = _loss(name, weight=WEIGHT)
    torch.testing.assert_close(loss(logits, labels.to(kind)), loss(logits, labels))
    torch.testing.assert_close(loss(logits, torch.eye(4)[labels].to(kind)), loss(logits, labels))


def test_weights_of_one_are_no_weights(name):
    logits, labels = _batch()
    torch.testing.assert_close(_loss(name, weight=[1.0] * 4)(logits, labels), _loss(name)(logits, labels))


def test_a_share_of_one_is_the_hard_label(name):
    logits, labels = _batch()
    loss = _loss(name, weight=WEIGHT)
    torch.testing.assert_close(loss(logits, torch.eye(4)[labels]), loss(logits, labels))


def test_the_order_of_the_rows_changes_nothing(name):
    logits, labels = _batch()
    turned = torch.arange(11, -1, -1)
    loss = _loss(name, weight=WEIGHT, label_smoothing=0.1)
    torch.testing.assert_close(loss(logits[turned], labels[turned]), loss(logits, labels))


def test_mean_is_the_weighted_sum_over_the_sum_of_weights(name):
    logits, labels = _batch()
    each = _loss(name, reduction="none")(logits, labels)
    one_a_class = [
        _loss(name, reduction="sum_and_weight")(logits[:1], torch.tensor([c]))[1] for c in range(4)
    ]
    weight = torch.tensor(WEIGHT)[labels]
    own = torch.stack(one_a_class)[labels]  # 1, but where the method itself weighs classes
    torch.testing.assert_close(
        _loss(name, weight=WEIGHT)(logits, labels), (each * weight).sum() / (own * weight).sum()
    )


def test_sum_and_weight_add_up_over_parts_of_a_batch(name):
    logits, labels = _batch()
    loss = _loss(name, weight=WEIGHT, reduction="sum_and_weight")
    pairs = [loss(logits[i : i + 3], labels[i : i + 3]) for i in range(0, 12, 3)]
    total, weight = sum(p[0] for p in pairs), sum(p[1] for p in pairs)
    torch.testing.assert_close(total / weight, _loss(name, weight=WEIGHT)(logits, labels))


def test_ignored_rows_contribute_nothing(name):
    logits, labels = _batch()
    some = labels.clone()
    some[4:] = 99
    loss = _loss(name, weight=WEIGHT, label_smoothing=0.1, ignore_index=99)
    torch.testing.assert_close(loss(logits, some), loss(logits[:4], labels[:4]))


@pytest.mark.parametrize("rows", [0, 3])
def test_nothing_to_learn_from_is_zero_with_a_gradient(name, rows):
    logits = torch.zeros(rows, 4, requires_grad=True)
    value = _loss(name, weight=WEIGHT)(logits, torch.full((rows,), -100))
    value.backward()
    assert value.item() == 0
    assert not logits.grad.any()


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16])
def test_half_precision_is_computed_in_float32(name, kind):
    logits, labels = _batch(kind=kind)
    value = _loss(name, weight=WEIGHT)(logits, labels)
    assert value.dtype == torch.float32
    torch.testing.assert_close(value, _loss(name, weight=WEIGHT)(logits.float(), labels))


def test_changes_neither_logits_nor_labels(name):
    logits, labels = _batch()
    before = logits.clone(), labels.clone()
    _loss(name, weight=WEIGHT, label_smoothing=0.1)(logits, labels)
    assert torch.equal(logits, before[0])
    assert torch.equal(labels, before[1])


def test_stays_out_of_checkpoints_and_travels_to_other_processes(name):
    logits, labels = _batch()
    loss = _loss(name, weight=WEIGHT)
    assert loss.state_dict() == {}
    for twin in (pickle.loads(pickle.dumps(loss)), copy.deepcopy(loss)):
        torch.testing.assert_close(twin(logits, labels), loss(logits, labels))


def test_a_row_that_weighs_two_is_the_row_twice(name):
    logits, labels = _batch(rows=4)
    times = torch.tensor([2, 1, 0, 3])
    loss = _loss(name, weight=WEIGHT, label_smoothing=0.1, reduction="sum_and_weight")
    once = loss(logits, labels, sample_weight=times)
    torch.testing.assert_close(
        once, loss(logits.repeat_interleave(times, 0), labels.repeat_interleave(times))
    )
    torch.testing.assert_close(loss(logits, labels, torch.ones(4)), loss(logits, labels))


def test_ignored_rows_contribute_nothing_whatever_they_weigh(name):
    logits, labels = _batch(rows=4)
    some = torch.where(torch.arange(4) < 2, labels, -100)
    loss = _loss(name, weight=WEIGHT)
    heavy = torch.tensor([1.0, 2.0, 1e9, float("nan")])
    torch.testing.assert_close(loss(logits, some, heavy), loss(logits[:2], labels[:2], heavy[:2]))


def test_class_weights_wait_for_their_epoch(name):
    logits, labels = _batch()
    deferred = _loss(name, weight=WEIGHT, drw_epoch=2, reduction="sum_and_weight")
    always = _loss(name, weight=WEIGHT, reduction="sum_and_weight")
    for epoch in (0, 1):
        deferred.set_epoch(epoch)
        assert deferred(logits, labels)[1].item() == 12  # rows
    for epoch in (2, 7):
        deferred.set_epoch(epoch)
        torch.testing.assert_close(deferred(logits, labels), always(logits, labels))
    deferred.set_epoch(0)
    assert deferred(logits, labels)[1].item() == 12
    assert deferred.state_dict() == {}


def test_votes_are_shares_whatever_they_sum_to(name):
    logits, _ = _batch(rows=2)
    votes = torch.tensor([[3, 1, 0, 0], [0, 0, 2, 2]])
    loss = _loss(name, weight=WEIGHT)
    torch.testing.assert_close(loss(logits, votes), loss(logits, votes / 4))
    assert votes.tolist() == [[3, 1, 0, 0], [0, 0, 2, 2]]


def test_what_rows_weigh_is_known_without_logits(name):
    logits, labels = _batch()
    labels[2] = -100
    times = torch.rand(12, generator=torch.Generator().manual_seed(0))
    loss = _loss(name, weight=WEIGHT, label_smoothing=0.1, reduction="sum_and_weight")
    torch.testing.assert_close(loss.total_weight(labels, 4, times), loss(logits, labels, times)[1])


def test_a_row_that_weighs_nothing_contributes_nothing_whatever_its_logits(name):
    logits, labels = _batch(rows=4)
    wild = torch.cat([logits, torch.full((1, 4), float("nan")), torch.full((1, 4), -torch.inf)])
    some = torch.cat([labels, torch.tensor([1, 2])])
    loss = _loss(name, weight=WEIGHT)
    weight = torch.tensor([1.0, 1, 1, 1, 0, 0])
    torch.testing.assert_close(loss(wild, some, weight), loss(logits, labels))


def test_evaluating_first_does_not_keep_it_from_training(name):
    logits, labels = _batch()
    loss = _loss(name, weight=WEIGHT)
    with torch.inference_mode():
        before = loss(logits, labels)
    value = loss(logits.requires_grad_(), labels)
    value.backward()
    assert value.item() == before.item()


def test_inside_another_precision_it_is_as_outside(name):
    logits, labels = _batch()
    loss = _loss(name, weight=WEIGHT)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = loss(logits, labels)
    torch.testing.assert_close(inside, loss(logits, labels))


@given(
    counts=st.lists(st.floats(1e-3, 1e9), min_size=3, max_size=3),
    logits=st.lists(st.floats(-1e4, 1e4), min_size=3, max_size=3),
    shares=st.lists(st.sampled_from([0.0, 0.3, 1.0]), min_size=3, max_size=3),
    smoothing=st.sampled_from([0.0, 0.2]),
)
@settings(max_examples=40, deadline=None)
@pytest.mark.parametrize("each", loss_names())
def test_is_finite_and_from_zero_with_a_finite_slope(each, counts, logits, shares, smoothing):
    z = torch.tensor([logits], requires_grad=True)
    value = make_loss(each, counts=counts, label_smoothing=smoothing)(z, torch.tensor([shares]))
    value.backward()
    assert torch.isfinite(value)
    assert value.item() >= -1e-3  # float32 beside log-sums of 10,000
    assert torch.isfinite(z.grad).all()
