from collections import Counter

import numpy as np
import pytest

from balancer import make_sampler

LABELS = ["a"] * 800 + ["b"] * 160 + ["c"] * 40
EPOCHS = 10


def drawn(sampler, epoch):
    sampler.set_epoch(epoch)
    return Counter(np.array(LABELS)[list(sampler)])


def sampler(**options):
    return make_sampler("progressively_balanced", LABELS, epochs=EPOCHS, num_samples=3000, **options)


@pytest.mark.parametrize(
    ("epoch", "expected"),
    [
        (0, {"a": 2400, "b": 480, "c": 120}),  # as they are
        (5, {"a": 1700, "b": 740, "c": 560}),  # half of each
        (9, {"a": 1140, "b": 948, "c": 912}),  # 0.1 as they are, 0.9 even
        (10, {"a": 1000, "b": 1000, "c": 1000}),
        (17, {"a": 1000, "b": 1000, "c": 1000}),
    ],
)
def test_shares_of_the_first_middle_and_last_epoch(epoch, expected):
    found = drawn(sampler(), epoch)
    assert all(abs(found[name] - count) <= 1 for name, count in expected.items())
    assert sum(found.values()) == 3000


def test_rows_are_dealt_on_while_shares_change():
    short = make_sampler("progressively_balanced", LABELS, epochs=EPOCHS, num_samples=130)
    times = Counter()
    for epoch in range(EPOCHS):
        short.set_epoch(epoch)
        times.update(list(short))
    for rows in (range(800), range(800, 960), range(960, 1000)):
        assert max(times[row] for row in rows) - min(times[row] for row in rows) <= 1


def test_with_replacement_shares_are_those_expected():
    found = drawn(sampler(replacement=True), 5)
    assert found["a"] == pytest.approx(1700, abs=110)  # four standard deviations
    assert found["c"] == pytest.approx(560, abs=90)
