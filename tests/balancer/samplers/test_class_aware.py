from collections import Counter

import numpy as np

from balancer import make_sampler

LABELS = ["neutral"] * 90 + ["joy"] * 8 + ["fear"] * 3


def epochs(sampler, count):
    found = []
    for epoch in range(count):
        sampler.set_epoch(epoch)
        found.append(list(sampler))
    return found


def test_every_round_has_every_class_once():
    rows = list(make_sampler("class_aware", LABELS, num_samples=99))
    rounds = np.array(LABELS)[rows].reshape(-1, 3)
    assert all(set(found) == {"neutral", "joy", "fear"} for found in rounds)
    assert len({tuple(found) for found in rounds}) == 6  # in every order


def test_rows_of_a_class_are_used_up_before_one_repeats_across_epochs_too():
    drawn = [row for rows in epochs(make_sampler("class_aware", LABELS, num_samples=37), 25) for row in rows]
    times = Counter(drawn)
    by_class = {"neutral": range(90), "joy": range(90, 98), "fear": range(98, 101)}
    totals = {name: sum(times[row] for row in rows) for name, rows in by_class.items()}
    assert sum(totals.values()) == 925
    assert max(totals.values()) - min(totals.values()) <= 1
    for rows in by_class.values():
        assert max(times[row] for row in rows) - min(times[row] for row in rows) <= 1


def test_with_replacement_classes_are_exact_and_rows_are_drawn():
    rows = list(make_sampler("class_aware", LABELS, num_samples=900, replacement=True))
    assert Counter(np.array(LABELS)[rows]) == {"neutral": 300, "joy": 300, "fear": 300}
    times = np.bincount(rows, minlength=101)[:90]
    assert times.min() < 2  # 3.3 each on average, dealt 3 or 4
    assert times.max() > 6


def test_a_class_that_no_row_is_mostly_of_is_left_out():
    labels = [{"a": 0.9, "b": 0.1}, "a", "c", "c"]
    assert Counter(list(make_sampler("class_aware", labels, num_samples=8))) == {0: 2, 1: 2, 2: 2, 3: 2}
