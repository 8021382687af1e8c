"""What every registered sampler must do; a new one is tested the moment it is registered."""

import inspect
import pickle

import numpy as np
import pandas as pd
import pytest
import torch
from torch.utils.data import DataLoader, Sampler

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


def make(name, labels=LABELS, **given):
    """With whatever any sampler may need; the rows' groups, lengths and so on are functions of their number."""
    rows = np.arange(len(labels))
    common = {"groups": [f"speaker{row % 7}" for row in rows], "lengths": 10 + rows * 37 % 101}
    return make_sampler(name, labels, **{**common, "batch_size": 8, "epochs": 4, **given})


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
    kept = (np.array(LABELS), pd.Series(LABELS, index=range(100, 158)), [{label: 1.0} for label in LABELS])
    for labels in kept:
        assert list(make(name, labels, num_samples=600)) == rows


@pytest.mark.parametrize("replicas", [2, 3])
def test_processes_share_one_order_out_among_them(name, replicas):
    def part(rank):
        return make(name, LABELS, num_samples=30, num_replicas=replicas, rank=rank)

    parts = [list(part(rank)) for rank in range(replicas)]
    assert [len(part(rank)) for rank in range(replicas)] == [len(p) for p in parts]
    together = [row for rows in zip(*parts, strict=True) for row in rows]
    assert together == list(make(name, LABELS, num_samples=30))
    uneven = [len(list(make(name, LABELS, num_samples=31, num_replicas=2, rank=r))) for r in (0, 1)]
    assert uneven == [16, 16]


def test_travels_to_other_processes(name):
    sampler = make(name, LABELS, seed=2)
    sampler.set_epoch(1)
    assert list(pickle.loads(pickle.dumps(sampler))) == list(sampler)


def test_one_row_is_enough_and_none_is_refused(name):
    assert list(make(name, ["joy"], num_samples=3)) == [0, 0, 0]
    with pytest.raises(BalanceError, match="no labels to draw rows from"):
        make(name, [])


@pytest.mark.parametrize(
    ("options", "words"),
    [
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
