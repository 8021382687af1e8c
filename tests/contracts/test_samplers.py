"""What every registered sampler must do; a new one is tested the moment it is registered."""

import inspect
import pickle

import numpy as np
import pandas as pd
import pytest
import torch
from accelerate.data_loader import BatchSamplerShard
from torch.utils.data import BatchSampler, DataLoader, Sampler

from balancer import BalanceError, make_sampler
from balancer.samplers import check_sampler, find_sampler, sampler_names

LABELS = ["neutral"] * 40 + ["joy"] * 15 + ["fear"] * 3


@pytest.fixture(params=sampler_names())
def name(request):
    return request.param


def test_says_what_it_draws(name):
    assert inspect.getdoc(find_sampler(name).function)


def test_defaults_are_within_its_own_bounds(name):
    check_sampler(name, **{key: option.default for key, option in find_sampler(name).options.items()})


def given_for(labels):
    """Whatever any sampler may need; the rows' groups and lengths are functions of their number."""
    rows = np.arange(len(labels))
    groups = [f"speaker{row % 7}" for row in rows]
    return {"groups": groups, "lengths": 10 + rows * 37 % 101, "batch_size": 8, "epochs": 4}


NEEDED = given_for(LABELS)


def make(name, labels=LABELS, **options):
    return make_sampler(name, labels, **{**given_for(labels), **options})


def test_is_a_torch_sampler_of_plain_rows(name):
    sampler = make(name, LABELS)
    assert isinstance(sampler, Sampler)
    rows = list(sampler)
    assert len(rows) == len(sampler) == len(LABELS)
    assert all(type(row) is int and 0 <= row < len(LABELS) for row in rows)
    loader = DataLoader(torch.arange(len(LABELS)), batch_size=8, sampler=sampler)
    assert torch.cat(list(loader)).tolist() == rows


@pytest.mark.parametrize("num_samples", [1, 7, 200])
def test_gives_as_many_rows_as_asked(name, num_samples):
    assert len(list(make(name, LABELS, num_samples=num_samples))) == num_samples


def test_case_4_11_order_is_a_function_of_seed_and_epoch(name):
    first, second = make(name, LABELS, seed=5), make(name, LABELS, seed=5)
    second.set_epoch(3)
    assert list(first) == list(first)
    assert list(first) != list(second)
    first.set_epoch(3)
    np.random.seed(0)  # noqa: NPY002  global states must not matter
    torch.manual_seed(0)
    assert list(first) == list(second)
    assert list(make(name, LABELS, seed=6)) != list(make(name, LABELS, seed=5))


def test_every_class_is_drawn_and_what_the_labels_are_kept_in_does_not_matter(name):
    rows = list(make(name, LABELS, num_samples=600))
    assert {LABELS[row] for row in rows} == set(LABELS)
    numbers = [sorted(set(LABELS)).index(label) for label in LABELS]
    kept = (
        np.array(LABELS),
        pd.Series(LABELS, index=range(100, 158)),
        [{label: 1.0} for label in LABELS],
        torch.tensor(numbers),
        np.array(numbers, dtype=np.uint8),
    )
    for labels in kept:
        assert list(make(name, labels, num_samples=600)) == rows


@pytest.mark.parametrize("replicas", [2, 3, 5])
@pytest.mark.parametrize("num_samples", [30, 31, 64, 200])
def test_processes_share_one_order_out_among_them(name, num_samples, replicas):
    def part(rank):
        return make(name, LABELS, num_samples=num_samples, num_replicas=replicas, rank=rank)

    parts = [list(part(rank)) for rank in range(replicas)]
    each = -(-num_samples // replicas)
    assert [len(part(rank)) for rank in range(replicas)] == [len(p) for p in parts] == [each] * replicas
    unit = 8 if find_sampler(name).whole_batches else 1  # rows that stay together
    together = [row for start in range(0, each, unit) for p in parts for row in p[start : start + unit]]
    single = list(make(name, LABELS, num_samples=num_samples))
    assert together == (single + single)[: each * replicas]


@pytest.mark.parametrize("processes", [2, 3])
def test_accelerate_hands_out_the_same_order_in_whole_batches(name, processes):
    sampler = make(name, LABELS, num_samples=31)
    shards = [
        list(BatchSamplerShard(BatchSampler(sampler, 8, drop_last=False), processes, rank))
        for rank in range(processes)
    ]
    together = [row for batches in zip(*shards, strict=True) for batch in batches for row in batch]
    assert together[:31] == list(sampler)


def test_case_4_11_a_resumed_epoch_goes_on_with_the_next_row(name):
    labels = [f"class{row % 5}" for row in range(64)]
    whole = make(name, labels, seed=3)
    whole.set_epoch(2)
    stopped = make(name, labels, seed=3)
    stopped.set_epoch(2)
    rows = iter(stopped)
    first = [next(rows) for _ in range(20)]
    assert stopped.state_dict() == {"epoch": 2, "position": 20}
    resumed = make(name, labels, seed=3)
    iter(resumed)  # torchdata's StatefulDataLoader begins an iteration, then loads, then begins another
    resumed.load_state_dict(stopped.state_dict())
    resumed.set_epoch(2)  # as a loop does at the start of each epoch
    assert len(resumed) == 64
    rest = list(resumed)
    assert first + rest == list(whole)
    assert resumed.state_dict() == {"epoch": 2, "position": 64}
    assert list(resumed) == list(whole)  # once more, from the start
    resumed.set_epoch(3)
    whole.set_epoch(3)
    assert list(resumed) == list(whole)


def test_case_4_11_batches_of_a_plain_loop_go_on_where_it_stopped(name):
    def loader(sampler):
        return DataLoader(range(len(LABELS)), batch_size=8, sampler=sampler)

    whole = [batch.tolist() for batch in loader(make(name))]
    stopped = make(name)
    batches = iter(loader(stopped))
    begun = [next(batches).tolist() for _ in range(3)]
    resumed = make(name)
    resumed.load_state_dict(stopped.state_dict())
    assert begun + [batch.tolist() for batch in loader(resumed)] == whole
    # Workers fetch ahead: where they do, the loop says how far it got.
    resumed.load_state_dict({"epoch": 0, "position": 3 * 8})
    assert [batch.tolist() for batch in loader(resumed)] == whole[3:]


def test_case_4_11_a_process_resumes_its_own_rows(name):
    def part():
        return make(name, LABELS, num_replicas=3, rank=1)

    whole, resumed = list(part()), part()
    resumed.load_state_dict({"epoch": 0, "position": 7})
    assert list(resumed) == whole[7:]
    resumed.load_state_dict({"epoch": 0, "position": len(whole)})
    assert list(resumed) == []


def test_what_other_samplers_need_does_not_matter(name):
    needed = {key: value for key, value in NEEDED.items() if key in find_sampler(name).needs}
    assert list(make_sampler(name, LABELS, **needed)) == list(make(name))


def test_what_it_needs_and_was_not_given_is_said(name):
    for key in find_sampler(name).needs:
        with pytest.raises(BalanceError, match=f"sampler {name} needs {key}: give {key}=") as caught:
            make(name, **{key: None})
        assert caught.value.key == key


def test_given_things_are_checked(name):
    needs = find_sampler(name).needs
    for key, value, words in (
        ("groups", ["a", "b"], "2 groups for 58 labels; give one a row"),
        ("lengths", ["long"] * 58, "lengths: give numbers, one each"),
        ("lengths", [[1.0]] * 58, r"lengths have shape \(58, 1\)"),
        ("lengths", [1.0], "1 lengths for 58 labels"),
        ("lengths", [1.0] * 57 + [float("nan")], "length 57 is nan"),
        ("batch_size", 0, "batch_size 0 is not a whole number from 1"),
        ("epochs", 2.5, "epochs 2.5 is not"),
    ):
        if key in needs:
            with pytest.raises(BalanceError, match=words):
                make(name, **{key: value})


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ({"epoch": 0, "position": 59}, "position 59 of an epoch of 58 rows does not exist"),
        ({}, "{} is no state; give what state_dict"),
        ({"epoch": -1, "position": 0}, "epoch -1 is not a whole number from 0"),
    ],
)
def test_a_state_of_something_else_is_refused(name, state, words):
    with pytest.raises(BalanceError, match=words):
        make(name).load_state_dict(state)


def test_travels_to_other_processes(name):
    sampler = make(name, LABELS, seed=2)
    sampler.set_epoch(1)
    rows = list(sampler)
    assert list(pickle.loads(pickle.dumps(sampler))) == rows == list(sampler)


def test_one_row_is_enough_and_none_is_refused(name):
    assert list(make(name, ["joy"], num_samples=3)) == [0, 0, 0]
    with pytest.raises(BalanceError, match="no labels to draw rows from"):
        make(name, [])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"num_samples": "many"}, "num_samples 'many' is not a whole number from 1"),
        ({"num_samples": float("inf")}, "num_samples inf"),
        ({"num_samples": 0}, "num_samples 0 is not a whole number from 1"),
        ({"seed": -1}, "seed -1"),
        ({"rank": 2, "num_replicas": 2}, "rank 2 of 2 processes does not exist"),
        ({"replacements": True}, "option of sampler .* 'replacements' is not known"),
    ],
)
def test_wrong_arguments_say_what_is_allowed(name, options, words):
    with pytest.raises(BalanceError, match=words):
        make(name, LABELS, **options)


def test_an_unknown_sampler_shows_the_nearest():
    with pytest.raises(BalanceError, match="did you mean 'weighted_random'"):
        make_sampler("weigthed_random", LABELS)
