"""What a budget pays for, and what classes may ask for themselves."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from balancer import BalanceError, count, missed, normalised_entropy, plan_copies
from balancer.labels import read_labels
from balancer.plan import SPREADS, targets

NAMES = ["anger", "fear", "joy", "neutral"]
LABELS = st.lists(st.sampled_from(NAMES), min_size=1, max_size=40)
TARGET = st.one_of(
    st.just("majority"),
    st.integers(0, 60).map(lambda n: {"count": n}),
    st.integers(0, 4).map(lambda n: {"copies": n}),
    st.floats(0, 1).map(lambda r: {"ratio": r}),
)


def reached(labels, copies):
    return count([label for label, n in zip(labels, copies, strict=True) for _ in range(1 + n)])


@given(labels=LABELS, target=TARGET, budget=st.integers(0, 60), limit=st.one_of(st.none(), st.integers(0, 4)))
@settings(max_examples=150)
def test_no_plan_costs_more_than_its_budget_or_passes_its_target(labels, target, budget, limit):
    free = plan_copies(labels, target, max_copies=limit)
    copies = plan_copies(labels, target, max_copies=limit, budget=budget)
    assert copies.sum() == min(budget, free.sum())  # what can be spent is spent
    assert limit is None or copies.max() <= limit
    wanted = targets(count(labels), target)
    assert all(n <= wanted[name] for name, n in reached(labels, copies).items())


@given(labels=LABELS, seconds=st.lists(st.floats(0, 20), min_size=40, max_size=40), budget=st.floats(0, 200))
@settings(max_examples=150)
def test_no_plan_takes_more_seconds_than_its_budget(labels, seconds, budget):
    costs = np.array(seconds[: len(labels)])
    copies = plan_copies(labels, "majority", budget=budget, costs=costs)
    assert copies @ costs <= budget * (1 + 1e-6)


SOFT = st.one_of(
    st.sampled_from(NAMES), st.dictionaries(st.sampled_from(NAMES), st.integers(1, 9), min_size=1)
)
OWN = st.dictionaries(
    st.sampled_from(NAMES),
    st.fixed_dictionaries({}, optional={"target": TARGET, "max_copies": st.none() | st.integers(0, 4)}),
)


@given(
    labels=st.lists(SOFT, min_size=1, max_size=30),
    target=TARGET,
    own=OWN,
    limit=st.none() | st.integers(0, 4),
    budget=st.none() | st.floats(0, 90),
    ceiling=st.none() | st.integers(0, 30),
    spread=st.sampled_from(SPREADS),
)
@settings(max_examples=200)
def test_with_everything_at_once_nothing_is_exceeded(labels, target, own, limit, budget, ceiling, spread):
    known = read_labels(labels)
    own = {name: given for name, given in own.items() if name in known.names}
    costs = np.arange(len(labels)) % 4 / 2
    copies = plan_copies(
        known, target, ["a", "b"] * 15 if len(labels) == 30 else None, limit, spread, None,
        costs, per_class=own, budget=budget, costs=costs, at_most=ceiling,
    )  # fmt: skip
    assert budget is None or copies @ costs <= budget * (1 + 1e-6)
    before, wanted = known.totals(), targets(known.totals(), target, own)
    for place, name in enumerate(known.names):
        members = known.index == place
        most = own.get(name, {}).get("max_copies", limit)
        assert most is None or copies[members].max(initial=0) <= most
        added = float((known.own_share * copies)[members].sum())
        level = wanted[name] if ceiling is None else min(wanted[name], ceiling)
        assert before[name] + added <= max(level, before[name]) + 1e-5


@given(st.lists(st.integers(1, 6), min_size=2, max_size=3), st.integers(0, 8))
@settings(max_examples=60)
def test_no_other_way_to_spend_a_budget_is_more_even(sizes, budget):
    labels = [name for name, n in zip(NAMES, sizes, strict=False) for _ in range(n)]
    copies = plan_copies(labels, "majority", budget=budget)
    spent = int(copies.sum())
    even = normalised_entropy(reached(labels, copies))
    for added in product(range(spent + 1), repeat=len(sizes)):
        if sum(added) == spent:
            assert normalised_entropy(np.add(sizes, added)) <= even + 1e-9


def test_the_smallest_are_raised_together_and_the_rest_goes_to_the_smallest():
    labels = ["neutral"] * 20 + ["joy"] * 8 + ["fear"] * 2 + ["anger"] * 4
    copies = plan_copies(labels, "majority", budget=9)  # fear and anger meet at 7, and one is left
    assert reached(labels, copies) == {"anger": 8, "fear": 7, "joy": 8, "neutral": 20}
    assert missed(labels, "majority", copies) == {"anger": 12, "fear": 13, "joy": 12}
    assert plan_copies(labels, "majority", budget=0).sum() == 0


def test_long_utterances_use_a_budget_up_sooner():
    labels = ["n"] * 6 + ["f"] * 2
    assert plan_copies(labels, "majority", budget=20, costs=[1.0] * 6 + [5.0] * 2)[6:].sum() == 4
    assert plan_copies(labels, "majority", budget=19, costs=[1.0] * 6 + [5.0] * 2)[6:].sum() == 3


def test_a_class_may_have_a_target_and_a_limit_of_its_own():
    labels = ["neutral"] * 20 + ["joy"] * 5 + ["fear"] * 2
    per_class = {"fear": {"target": {"count": 30}, "max_copies": 12}}
    copies = plan_copies(labels, {"ratio": 0.5}, max_copies=3, per_class=per_class)
    assert reached(labels, copies) == {"fear": 26, "joy": 10, "neutral": 20}
    assert missed(labels, {"ratio": 0.5}, copies, per_class) == {"fear": 4}
    only = plan_copies(labels, {"ratio": 0.5}, max_copies=3, per_class={"joy": {"target": {"copies": 1}}})
    assert only[20:25].tolist() == [1] * 5
    assert only[25:].tolist() == [3, 3]
    majority = plan_copies(labels, {"ratio": 0.1}, per_class={"neutral": {"target": {"factor": 1}}})
    assert majority.sum() == 0


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"per_class": {"feer": {"max_copies": 1}}}, "class 'feer' is not known; did you mean 'fear'"),
        ({"per_class": {"fear": {"max_copy": 1}}}, "did you mean 'max_copies'"),
        ({"per_class": {"fear": {"max_copies": -1}}}, "max_copies -1 is not a whole number"),
        ({"per_class": {"fear": {"target": {"ratio": 2}}}}, "ratio: 2 is not a number from 0 to 1"),
        ({"budget": -1}, "budget -1 is no number from 0"),
        ({"budget": 1, "costs": [1.0]}, "costs has 1 entries for 2 labels"),
        ({"budget": 1, "costs": [1.0, float("nan")]}, "costs has entries that are no numbers"),
    ],
)
def test_wrong_budgets_and_overrides_say_what_is_allowed(options, words):
    with pytest.raises(BalanceError, match=words):
        plan_copies(["fear", "joy"], "majority", **options)
