"""The benchmark of counts, weights and plans: both sides do the same work, in processes of their own."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks import balance

LABELS = ["neutral"] * 30 + ["joy"] * 11 + ["surprise", "anger", "sadness", "disgust", "fear"] * 2


def test_both_sides_come_to_the_same(monkeypatch):
    monkeypatch.setattr(balance, "LABELS", len(LABELS))
    for labels in (LABELS, np.array(LABELS)):
        ours, theirs = balance.our_weights(labels, None), balance.their_weights(labels, None)
        assert ours / ours.mean() == pytest.approx(theirs / theirs.mean())
        rows, names = balance.their_plan(labels, None)
        copies = balance.our_even_plan(labels, None)
        assert len(labels) + copies.sum() == len(rows) == len(names) == 7 * 30


def test_a_line_of_time_and_one_of_memory(monkeypatch):
    monkeypatch.setattr(balance, "LABELS", 700)
    monkeypatch.setattr(balance, "KINDS", ("list",))
    monkeypatch.setattr(balance, "ROUNDS", 1)
    found = list(balance.run())
    assert [comparison.unit for comparison in found] == ["s", "MB"] * 3
    assert all(comparison.ours > 0 and comparison.theirs > 0 for comparison in found)
    assert all(comparison.ours < comparison.theirs for comparison in found if comparison.unit == "MB")
