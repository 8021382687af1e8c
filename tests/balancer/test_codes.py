import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from balancer.codes import as_codes, as_floats
from balancer.errors import BalanceError
from balancer.labels import read_labels

WORDS = st.lists(st.text(st.characters(exclude_characters="\0"), max_size=6), max_size=60)
KINDS = (list, np.array, lambda words: np.array(words, dtype=object))


@given(WORDS, st.sampled_from(KINDS))
@settings(max_examples=200)
def test_codes_give_the_words_back_and_name_each_once(words, kind):
    distinct, codes = as_codes(kind(words))
    assert [distinct[code] for code in codes] == words
    assert len(distinct) == len(set(words))


@given(st.lists(st.integers(-(2**63), 2**63 - 1), max_size=40))
def test_codes_of_numbers_however_far_apart(numbers):
    for given_ in (numbers, np.array(numbers, dtype=np.int64)):
        distinct, codes = as_codes(given_)
        assert [distinct[code] for code in codes] == numbers
        assert all(type(value) is int for value in distinct)


@pytest.mark.parametrize("dtype", [bool, np.uint8, np.int16, np.uint64, "S3"])
def test_names_are_plain_values_of_the_arrays_type(dtype):
    values = np.array([1, 0, 1], dtype=dtype)
    distinct, codes = as_codes(values)
    assert [distinct[code] for code in codes] == values.tolist()
    assert {type(value) for value in distinct} == {type(values.tolist()[0])}


def test_more_words_than_buckets_of_the_hash_are_told_apart():
    words = np.array([f"speaker{n}" for n in range(70_000)])
    distinct, codes = as_codes(np.r_[words, words[::-1]])
    assert len(distinct) == len(words)
    assert (codes[: len(words)] == codes[: len(words) - 1 : -1]).all()


@pytest.mark.parametrize("numbers", [[1, 2.5], (1, 2.5), np.array([1, 2.5]), torch.tensor([1, 2.5])])
def test_numbers_in_any_sequence(numbers):
    assert as_floats(numbers, "weight").tolist() == [1, 2.5]


@pytest.mark.parametrize("numbers", [{0: 1.0, 1: 2.0}, "12a", [1, "a"], [1, [2, 3]], [10**400]])
def test_what_is_no_number_is_refused_by_name(numbers):
    with pytest.raises(BalanceError, match="weight: give numbers") as caught:
        as_floats(numbers, "weight", "power")
    assert caught.value.key == "power"


def test_labels_that_were_read_are_given_back():
    known = read_labels(["joy", "fear"])
    assert read_labels(known) is known


def test_labels_may_come_one_by_one_soft_ones_too():
    known = read_labels(label for label in ["joy", {"joy": 1, "fear": 3}])
    assert known.totals() == {"fear": 0.75, "joy": 1.25}
