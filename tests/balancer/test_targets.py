import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from balancer import BalanceError, count, normalised_entropy
from balancer.targets import targets

COUNTS = {"anger": 20, "fear": 3, "joy": 55, "neutral": 100}


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("majority", [100, 100, 100, 100]),
        ({"ratio": 0.5}, [50, 50, 55, 100]),
        ({"ratio": 0.501}, [51, 51, 55, 100]),
        ({"ratio": 0.55}, [55, 55, 55, 100]),  # 0.55 × 100 is 55.00000000000001 in floating point
        ({"ratio": 0}, [20, 3, 55, 100]),
        ({"count": 60}, [60, 60, 60, 100]),
        ({"count": 500}, [500, 500, 500, 500]),
        ({"factor": 3}, [60, 9, 100, 100]),
        ({"factor": 1.5}, [30, 5, 83, 100]),
        ({"copies": 4}, [100, 15, 275, 500]),
        ({"copies": 0}, [20, 3, 55, 100]),
        ({"entropy": 1}, [100, 100, 100, 100]),
        ({"entropy": 0.5}, [20, 3, 55, 100]),
    ],
)
def test_targets_by_hand(target, wanted):
    assert targets(COUNTS, target) == dict(zip(COUNTS, wanted, strict=True))


def test_case_3_11_over_sampling_never_cuts():
    # imbalanced-learn#1067: 671 and 96 at 0.25 must give 671 and 168 (a quarter, rounded up)
    assert targets({"no": 671, "yes": 96}, {"ratio": 0.25}) == {"no": 671, "yes": 168}
    assert targets({"no": 671, "yes": 96}, {"ratio": 0.1}) == {"no": 671, "yes": 96}


@given(st.lists(st.integers(1, 400), min_size=2, max_size=8), st.floats(0, 1))
def test_entropy_is_the_smallest_common_level_that_reaches_it(counts, entropy):
    wanted = np.array(list(targets(counts, {"entropy": entropy}).values()))
    assert normalised_entropy(wanted) >= entropy - 1e-9
    raised = wanted > counts
    assert wanted.max() == max(counts)
    if raised.any():
        (level,) = set(wanted[raised])
        assert (wanted >= level).all()
        lower = np.maximum(counts, level - 1)
        assert normalised_entropy(lower) < entropy


def test_soft_counts_round_up_but_never_lift_the_largest_class():
    counts = count([{"a": 0.9, "b": 0.1}] * 4 + ["b"])
    assert counts["a"] == pytest.approx(3.6)
    assert targets(counts, "majority") == {"a": 4, "b": 4}
    assert targets(counts, {"ratio": 0.5}) == {"a": 4, "b": 2}


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("mayority", "did you mean 'majority'"),
        ({"ratoi": 0.5}, "did you mean 'ratio'"),
        ({"ratio": -0.5}, r"target ratio: -0.5 is not a number from 0 to 1 \(share of the largest"),
        ({"ratio": 1.5}, "1.5 is not a number from 0 to 1"),
        ({"ratio": float("nan")}, "nan is not a number from 0 to 1"),
        ({"ratio": True}, "True is not a number"),
        ({"ratio": "half"}, "'half' is not a number"),
        ({"count": 2.5}, "2.5 is not a whole number from 0 or more"),
        ({"count": float("inf")}, "inf is not a whole number"),
        ({"factor": 0.5}, "0.5 is not a number from 1 or more"),
        ({"copies": -1}, "-1 is not a whole number"),
        ({"entropy": 95}, "95 is not a number from 0 to 1"),
        ({"ratio": 0.5, "count": 3}, "one of ratio, count, factor, copies, entropy"),
        ({}, "must be 'majority' or one of"),
        (0.5, "must be 'majority' or one of"),
        (None, "must be 'majority' or one of"),
    ],
)
def test_wrong_targets_say_what_is_allowed(target, words):
    with pytest.raises(BalanceError, match=words) as caught:
        targets(COUNTS, target)
    assert caught.value.key == "target"
