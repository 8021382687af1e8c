import numpy as np
import pandas as pd
import pytest

from balancer import BalanceError, hard
from balancer.labels import has_consensus, read_labels


@pytest.mark.parametrize(
    "labels",
    [
        ["joy", "anger", "joy"],
        ("joy", "anger", "joy"),
        np.array(["joy", "anger", "joy"]),
        pd.Series(["joy", "anger", "joy"], index=[7, 3, 9]),
        pd.Series(["joy", "anger", "joy"], dtype="category"),
    ],
)
def test_any_sequence_of_words_reads_the_same(labels):
    read = read_labels(labels)
    assert read.names == ("anger", "joy")
    assert read.index.tolist() == [1, 0, 1]
    assert read.soft == {}


def test_numbers_keep_their_own_order():
    assert read_labels(np.array([10, 2, 10])).names == (2, 10)


def test_hard_takes_the_largest_share_and_ties_by_name():
    assert hard("joy") == "joy"
    assert hard({"joy": 0.3, "anger": 0.7}) == "anger"
    assert hard({"sadness": 0.5, "anger": 0.5}) == "anger"


def test_soft_and_hard_labels_mix_and_shares_are_made_to_sum_to_one():
    read = read_labels(["joy", {"anger": 3, "joy": 1}])
    assert read.names == ("anger", "joy")
    assert read.index.tolist() == [1, 0]
    assert read.own_share.tolist() == [1.0, 0.75]
    assert read.totals() == {"anger": 0.75, "joy": 1.25}
    assert read.totals(np.array([1, 3])) == {"anger": 2.25, "joy": 1.75}


@pytest.mark.parametrize("missing", [None, float("nan"), "", pd.NA])
def test_a_missing_label_is_named_by_its_position(missing):
    with pytest.raises(BalanceError, match="label 2 is missing"):
        read_labels(["joy", "anger", missing])


@pytest.mark.parametrize("several", [[1, 0, 1], (1, 0, 1), {"joy", "anger"}])
def test_case_3_7_several_classes_at_once_are_refused_by_name(several):
    with pytest.raises(BalanceError, match=rf"label 1 is a {type(several).__name__}: several classes"):
        read_labels(["joy", several])
    with pytest.raises(BalanceError, match="label 0 is a list"):
        read_labels(np.array([[1, 0, 1], [0, 1, 0]]))


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ({"joy": -0.5}, "share of 'joy' is -0.5"),
        ({"joy": float("nan")}, "nan"),
        ({"joy": 0.0}, "no class a share"),
    ],
)
def test_shares_that_are_none_are_refused(label, words):
    with pytest.raises(BalanceError, match=words):
        read_labels([label])


@pytest.mark.parametrize(
    ("label", "agreed"),
    [
        ("joy", True),
        ({"joy": 1.0}, True),
        ({"joy": 0.6, "anger": 0.4}, True),
        ({"joy": 0.4, "anger": 0.4, "fear": 0.2}, False),
        ({"joy": 0.2, "anger": 0.2, "fear": 0.6}, True),
        ({"joy": 1, "anger": 1}, False),
        ({"joy": 1 / 3, "anger": 1 - 2 / 3, "fear": 0.333333}, False),
    ],
)
def test_consensus_is_one_largest_share(label, agreed):
    assert has_consensus(label) is agreed
