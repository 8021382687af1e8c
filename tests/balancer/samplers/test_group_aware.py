from collections import Counter

import numpy as np
import pytest

from balancer import make_sampler

# One actor speaks most of the anger, and nobody is named for the last rows.
ROWS = [("anger", "ann")] * 40 + [("anger", "bob")] * 3 + [("anger", "cat")] + [("joy", "bob")] * 10
ROWS += [("joy", "dan")] * 2 + [("joy", None)] * 3 + [("joy", "")] * 2 + [("joy", float("nan"))] * 2
LABELS, SPEAKERS = [label for label, _ in ROWS], [speaker for _, speaker in ROWS]


def nameless(speaker):
    return not speaker or speaker != speaker


def test_each_class_evenly_and_each_speaker_within_it():
    rows = list(make_sampler("group_aware", LABELS, groups=SPEAKERS, num_samples=360))
    found = Counter((LABELS[row], "" if nameless(SPEAKERS[row]) else SPEAKERS[row]) for row in rows)
    # 180 of each class; three speakers in each, the nameless ones being one.
    assert found == {
        ("anger", "ann"): 60,
        ("anger", "bob"): 60,
        ("anger", "cat"): 60,
        ("joy", "bob"): 60,
        ("joy", "dan"): 60,
        ("joy", ""): 60,
    }
    times = Counter(rows)
    assert times[43] == 60  # cat's only row
    assert {times[row] for row in range(40)} == {1, 2}
    assert {times[row] for row in range(40, 43)} == {20}
    assert {times[row] for row in range(len(LABELS) - 7, len(LABELS))} == {8, 9}


def test_epochs_go_on_where_the_one_before_stopped():
    sampler = make_sampler("group_aware", LABELS, groups=SPEAKERS, num_samples=25)
    times = Counter()
    for epoch in range(12):
        sampler.set_epoch(epoch)
        rows = list(sampler)
        drawn = Counter(LABELS[row] for row in rows)
        assert abs(drawn["anger"] - drawn["joy"]) <= 2  # a round may be cut at either end
        times.update(rows)
    assert sum(times[row] for row in range(40)) == 50  # 300 / 2 classes / 3 speakers
    assert times[43] == 50
    assert {times[row] for row in range(40)} == {1, 2}


def test_with_replacement_the_cells_are_exact_and_their_rows_drawn():
    rows = list(make_sampler("group_aware", LABELS, groups=SPEAKERS, num_samples=360, replacement=True))
    assert sum(row < 40 for row in rows) == 60
    assert Counter(rows)[43] == 60
    assert len({row for row in rows if row < 40}) < 40  # of 60 independent draws, some 31 are distinct


@pytest.mark.parametrize("groups", [[None] * len(LABELS), ["x"] * len(LABELS), np.zeros(len(LABELS))])
def test_one_group_is_class_aware(groups):
    rows = list(make_sampler("group_aware", LABELS, groups=groups, num_samples=300))
    assert Counter(LABELS[row] for row in rows) == {"anger": 150, "joy": 150}
    times = Counter(rows)
    assert {times[row] for row in range(44)} == {3, 4}
