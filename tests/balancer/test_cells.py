"""Several axes at once."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from balancer import BalanceError, count, missed, plan_copies
from balancer.cells import cross
from balancer.labels import read_labels
from balancer.targets import targets

ROWS = st.lists(
    st.tuples(
        st.sampled_from(["fear", "joy", "neutral"]), st.sampled_from("fm"), st.sampled_from(["s", "t", ""])
    ),
    min_size=1,
    max_size=40,
)


@given(ROWS)
def test_a_cell_is_each_combination_that_occurs(rows):
    labels, genders, speakers = zip(*rows, strict=True)
    known = cross(labels, genders, speakers)
    assert [known.names[i] for i in known.index] == rows
    assert known.totals() == {row: rows.count(row) for row in sorted(set(rows))}


@given(ROWS, st.integers(0, 12))
def test_cells_are_planned_as_classes_are(rows, limit):
    labels, genders, _ = zip(*rows, strict=True)
    known = cross(labels, genders)
    copies = plan_copies(known, "majority", max_copies=limit)
    reached = known.totals(1 + copies)
    most = max(known.totals().values())
    lacking = missed(known, "majority", copies)
    assert all(n + lacking.get(cell, 0) == most for cell, n in reached.items())
    assert targets(known.totals(), "majority") == dict.fromkeys(known.names, most)


def test_a_soft_label_shares_its_utterances_own_values():
    known = cross(["joy", {"joy": 1, "fear": 3}], np.array(["f", "m"]))
    assert known.totals() == {("fear", "m"): 0.75, ("joy", "f"): 1, ("joy", "m"): 0.25}


def test_values_that_are_missing_are_one_value():
    assert cross(["joy"] * 3, [None, float("nan"), ""]).names == (("joy", ""),)


def test_no_rows_no_cells_and_lengths_must_agree():
    assert len(cross([], [])) == 0
    assert count(["a"]) == read_labels(["a"]).totals()
    with pytest.raises(BalanceError, match="an axis has 1 entries for 2 labels"):
        cross(["a", "b"], ["f"])
