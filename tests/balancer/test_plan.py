import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balancer import BalanceError, count, missed, plan_copies
from balancer.plan import SPREADS, targets

NAMES = ["anger", "fear", "joy", "neutral"]
HARD = st.lists(st.sampled_from(NAMES), min_size=1, max_size=60)
SOFT = st.lists(
    st.one_of(st.sampled_from(NAMES), st.dictionaries(st.sampled_from(NAMES), st.integers(1, 9), min_size=1)),
    min_size=1,
    max_size=40,
)
TARGET = st.one_of(
    st.just("majority"),
    st.floats(0, 1).map(lambda r: {"ratio": r}),
    st.integers(0, 90).map(lambda n: {"count": n}),
    st.floats(1, 6).map(lambda f: {"factor": f}),
    st.integers(0, 6).map(lambda n: {"copies": n}),
    st.floats(0, 1).map(lambda e: {"entropy": e}),
)
LIMIT = st.one_of(st.none(), st.integers(0, 5))


@given(labels=HARD, target=TARGET, limit=LIMIT, spread=st.sampled_from(SPREADS), seed=st.integers(0, 9))
@settings(max_examples=200)
def test_hard_plans_reach_the_target_or_the_limit_and_never_pass_either(labels, target, limit, spread, seed):
    rng = np.random.default_rng(seed)
    speakers = [f"s{n}" for n in rng.integers(0, 4, len(labels))]
    plan = plan_copies(
        labels, target, speakers, limit, spread, np.random.default_rng(seed), losses=rng.random(len(labels))
    )
    assert plan.shape == (len(labels),)
    assert plan.dtype == np.int64
    assert (plan >= 0).all()
    wanted = targets(count(labels), target)
    lacking = missed(labels, target, plan)
    for name, original in count(labels).items():
        of_class = plan[[i for i, label in enumerate(labels) if label == name]]
        assert of_class.max() - of_class.min() <= 1  # floor or ceil
        assert limit is None or of_class.max() <= limit
        reached = original + of_class.sum()
        assert reached == wanted[name] - lacking.get(name, 0)
        assert name not in lacking or (limit is not None and (of_class == limit).all())


@given(labels=SOFT, target=TARGET, limit=LIMIT)
def test_soft_plans_stay_at_or_below_the_target_by_their_own_shares(labels, target, limit):
    plan = plan_copies(labels, target, max_copies=limit)
    counts, wanted = count(labels), targets(count(labels), target)
    for name in counts:
        own = [(i, label) for i, label in enumerate(labels) if plan[i] and _is_of(label, name)]
        added = sum(plan[i] * _share(label, name) for i, label in own)
        assert counts[name] + added <= max(wanted[name], counts[name]) + 1e-5
    assert limit is None or plan.max() <= limit


def _is_of(label, name):
    if isinstance(label, str):
        return label == name
    return min(label, key=lambda n: (-label[n], n)) == name


def _share(label, name):
    return 1.0 if isinstance(label, str) else label.get(name, 0) / sum(label.values())


@given(labels=SOFT, target=TARGET)
def test_the_order_inside_a_map_changes_nothing(labels, target):
    turned = [dict(reversed(label.items())) if isinstance(label, dict) else label for label in labels]
    assert plan_copies(turned, target).tolist() == plan_copies(labels, target).tolist()


def test_largest_class_is_never_copied_by_relative_targets_even_with_soft_labels():
    labels = [{"a": 0.9, "b": 0.1}] * 4 + ["b"]
    for target in ("majority", {"ratio": 1}, {"factor": 5}, {"entropy": 1}):
        assert plan_copies(labels, target)[:4].tolist() == [0, 0, 0, 0]


def test_every_utterance_gets_its_copies_whatever_its_class():
    assert plan_copies(["a", "a", "b"], {"copies": 4}).tolist() == [4, 4, 4]
    assert plan_copies(["a", {"a": 0.5, "b": 0.5}, "b"], {"copies": 2}).tolist() == [2, 2, 2]
    assert plan_copies(["a", "a", "b"], {"copies": 4}, max_copies=3).tolist() == [3, 3, 3]
    assert missed(["a", "a", "b"], {"copies": 4}, [3, 3, 3]) == {"a": 2, "b": 1}


def test_a_class_of_one_utterance_takes_all_copies_up_to_the_limit():
    labels = ["n"] * 10 + ["f"]
    assert plan_copies(labels, "majority")[-1] == 9
    limited = plan_copies(labels, "majority", max_copies=4)
    assert limited[-1] == 4
    assert missed(labels, "majority", limited) == {"f": 5}


def test_extra_copies_are_dealt_out_to_the_speakers_in_turn():
    # 12 against 8: four extra copies over speakers a (5 utterances), b (2) and c (1)
    labels = ["n"] * 12 + ["f"] * 8
    speakers = ["x"] * 12 + ["a", "a", "a", "a", "a", "b", "b", "c"]
    assert plan_copies(labels, "majority", speakers)[12:].tolist() == [1, 1, 0, 0, 0, 1, 0, 1]


def test_the_next_class_goes_on_with_the_next_speaker():
    labels = ["n"] * 4 + ["anger"] * 3 + ["fear"] * 3 + ["joy"] * 3
    speakers = ["a"] * 4 + ["a", "b", "c"] * 3
    plan = plan_copies(labels, "majority", speakers)
    assert plan[4:].reshape(3, 3).tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_unknown_speakers_are_one_nameless_speaker():
    labels = ["n"] * 6 + ["f"] * 4
    speakers = ["x"] * 6 + [None, None, float("nan"), "b"]
    assert plan_copies(labels, "majority", speakers)[6:].tolist() == [1, 0, 0, 1]
    assert plan_copies(labels, "majority")[6:].tolist() == [1, 1, 0, 0]


def test_hardest_copies_the_highest_losses_first():
    labels = ["n"] * 5 + ["f"] * 3
    losses = [9.0] * 5 + [float("nan"), 0.2, 0.9]
    assert plan_copies(labels, "majority", spread="hardest", losses=losses)[5:].tolist() == [0, 1, 1]
    tie = plan_copies(labels, {"count": 4}, spread="hardest", losses=[1.0] * 8)
    assert tie[5:].tolist() == [1, 0, 0]


@pytest.mark.parametrize("spread", SPREADS)
def test_the_same_generator_gives_the_same_plan(spread):
    labels = ["n"] * 40 + ["f"] * 25

    def plan(seed):
        return plan_copies(
            labels, "majority", spread=spread, rng=np.random.default_rng(seed), losses=[0.0] * 65
        ).tolist()

    assert plan(1) == plan(1)
    assert plan(1) != plan(2)
    assert sum(plan(1)) == sum(plan(2)) == 15


def test_no_generator_means_seed_zero_and_leaves_global_randomness_alone():
    labels = ["n"] * 40 + ["f"] * 25
    before = np.random.get_state()[1].tolist()  # noqa: NPY002  what must not change
    plan = plan_copies(labels, "majority", spread="even")
    seeded = plan_copies(labels, "majority", spread="even", rng=np.random.default_rng(0))
    assert plan.tolist() == seeded.tolist()
    assert np.random.get_state()[1].tolist() == before  # noqa: NPY002


def test_what_one_class_takes_changes_no_other_class_of_an_even_spread():
    rows = ["f"] * 25 + ["j"] * 20 + ["n"] * 40
    one = plan_copies(rows, {"count": 30}, spread="even")
    other = plan_copies(rows[:25] + ["n"] * 60, {"count": 30}, spread="even")
    assert one[:25].tolist() == other[:25].tolist()


def test_no_labels_no_copies():
    assert plan_copies([], "majority").tolist() == []
    assert missed([], "majority", []) == {}


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"spread": "hard"}, "did you mean 'hardest'"),
        ({"spread": "hardest"}, "needs losses="),
        ({"groups": ["a"]}, "groups has 1 entries for 3 labels"),
        ({"spread": "hardest", "losses": [1.0]}, "losses has 1 entries for 3 labels"),
        ({"max_copies": -1}, "max_copies -1 is not a whole number"),
        ({"max_copies": 1.5}, "max_copies 1.5"),
        ({"target": {"ratio": -1}}, "-1 is not a number from 0 to 1"),
    ],
)
def test_wrong_arguments_say_what_is_allowed(options, words):
    with pytest.raises(BalanceError, match=words):
        plan_copies(["a", "a", "b"], **{"target": "majority", **options})
