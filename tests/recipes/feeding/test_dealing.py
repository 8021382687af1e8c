from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from recipes.feeding.dealing import DealtSampler


def epoch(sampler: DealtSampler, number: int) -> list[int]:
    sampler.set_epoch(number)
    return list(sampler)


@given(rows=st.integers(1, 40), length=st.integers(1, 60), epochs=st.integers(1, 5))
def test_every_row_comes_up_equally_often(rows: int, length: int, epochs: int) -> None:
    sampler = DealtSampler(rows, length, seed=3)
    dealt = [row for number in range(epochs) for row in epoch(sampler, number)]
    assert len(dealt) == epochs * length
    times = Counter(dealt)
    assert max(times.values()) - min(times.get(row, 0) for row in range(rows)) <= 1


def test_order_depends_on_seed_and_epoch_alone() -> None:
    one, other = DealtSampler(50, 20, seed=1), DealtSampler(50, 20, seed=1)
    later = epoch(one, 3)
    assert epoch(other, 0) != epoch(other, 1)
    assert epoch(other, 3) == later
    assert epoch(DealtSampler(50, 20, seed=2), 3) != later
