import numpy as np
import pandas as pd
import pytest

from balancer import BalanceError, make_sampler

LABELS = ["neutral"] * 900 + ["joy"] * 80 + ["fear"] * 20


def _drawn(sampler):
    drawn = np.array(LABELS)[list(sampler)]
    return {name: (drawn == name).mean() for name in ("fear", "joy", "neutral")}


def test_classes_come_evenly_and_rows_of_a_class_too():
    sampler = make_sampler("weighted_random", LABELS, num_samples=60_000)
    shares = _drawn(sampler)
    for share in shares.values():  # standard error 0.0019
        assert share == pytest.approx(1 / 3, abs=0.01)
    fear = np.bincount(list(sampler), minlength=1000)[980:]
    assert fear.sum() == pytest.approx(20_000, rel=0.03)
    assert fear.min() > 800  # 1,000 each, standard deviation 32
    assert fear.max() < 1200


@pytest.mark.parametrize(
    "weights", [{"neutral": 2, "fear": 1, "joy": 1}, [1, 1, 2], np.array([0.5, 0.5, 1.0])]
)
def test_weights_by_name_or_in_class_order(weights):
    shares = _drawn(make_sampler("weighted_random", LABELS, num_samples=40_000, weights=weights))
    assert shares["neutral"] == pytest.approx(0.5, abs=0.01)
    assert shares["fear"] == pytest.approx(0.25, abs=0.01)


def test_a_weight_of_zero_leaves_a_class_out():
    shares = _drawn(make_sampler("weighted_random", LABELS, weights={"neutral": 0, "fear": 1, "joy": 1}))
    assert shares["neutral"] == 0


def test_soft_labels_are_drawn_by_their_largest_share():
    labels = [{"a": 0.9, "b": 0.1}] * 50 + [{"a": 0.2, "b": 0.8}] + [{"b": 0.4, "c": 0.2, "a": 0.4}]
    rows = np.array(list(make_sampler("weighted_random", labels, num_samples=4000)))
    assert (rows == 50).mean() == pytest.approx(0.5, abs=0.03)  # alone in b; no row is c's


def test_case_3_7_labels_of_a_subset_and_of_pandas_fit():
    series = pd.Series(LABELS)
    subset = series[[0, 905, 990]]  # its index is no range from 0
    rows = list(make_sampler("weighted_random", subset, num_samples=300))
    assert set(rows) == {0, 1, 2}


@pytest.mark.parametrize("name", ["weighted_random", "class_aware"])
def test_case_3_8_more_rows_than_multinomial_takes(name):
    labels = np.zeros(2**24 + 2, dtype=np.int8)
    labels[-1] = 1
    rows = np.array(list(make_sampler(name, labels, num_samples=2000)))
    assert (rows == 2**24 + 1).mean() == pytest.approx(0.5, abs=0.05)
    assert len(set(rows)) > 850


def test_weights_whose_sum_is_no_number_any_more():
    rows = np.array(list(make_sampler("weighted_random", LABELS, weights=[1e308] * 3, num_samples=300)))
    assert rows.tolist() == list(make_sampler("weighted_random", LABELS, num_samples=300))


def test_without_replacement_each_row_comes_up_once_and_rare_classes_first():
    rows = list(make_sampler("weighted_random", LABELS, replacement=False))
    assert sorted(rows) == list(range(1000))
    # A row of fear weighs as much as 4 of joy, or 45 of neutral: half of it comes up among the first tenth.
    place = np.empty(1000)
    place[rows] = np.arange(1000)
    assert np.median(place[980:]) < np.median(place[900:980]) < np.median(place[:900])


def test_without_replacement_first_rows_are_drawn_by_weight():
    labels, first, second = list("abbb"), [], []
    sampler = make_sampler("weighted_random", labels, num_samples=2, replacement=False, weights=[3, 1])
    for epoch in range(4000):
        sampler.set_epoch(epoch)
        one, two = sampler
        first.append(one)
        second.append(two)
    assert np.mean(np.array(first) == 0) == pytest.approx(3 / 4, abs=0.03)
    # Then 3 : 1 : 1 : 1 no longer has a, or has it with 3 / (3 + 2/3) of what is left.
    expected = 1 / 4 * (3 / (3 + 2 / 3))
    assert np.mean(np.array(second) == 0) == pytest.approx(expected, abs=0.03)


def test_without_replacement_more_rows_than_there_are_is_said():
    with pytest.raises(BalanceError, match="1001 rows an epoch without replacement, but only 1000 have"):
        make_sampler("weighted_random", LABELS, num_samples=1001, replacement=False)
    few = {"num_samples": 101, "replacement": False, "weights": {"neutral": 0, "joy": 1, "fear": 2}}
    with pytest.raises(
        BalanceError, match="only 100 have a class of weight above 0; give num_samples of 100"
    ):
        make_sampler("weighted_random", LABELS, **few)
    rows = list(make_sampler("weighted_random", LABELS, **(few | {"num_samples": 100})))
    assert sorted(rows) == list(range(900, 1000))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"weights": {"neutral": 1, "joy": 1}}, "weights lack class 'fear'"),
        (
            {"weights": {"neutral": 1, "joy": 1, "fear": 1, "feer": 1}},
            "'feer' is not known; did you mean 'fear'",
        ),
        ({"weights": [1, 1]}, "2 weights for 3 classes"),
        ({"weights": [0, 0, 0]}, "all weights are 0"),
        ({"weights": [1, 1, -1]}, "each 0 or more"),
        ({"weight": [1, 1, 1]}, "did you mean 'weights'"),
    ],
)
def test_wrong_weights_are_refused_when_the_sampler_is_made(options, words):
    with pytest.raises(BalanceError, match=words):
        make_sampler("weighted_random", LABELS, **options)
