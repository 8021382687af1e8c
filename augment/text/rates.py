"""How many words to touch, and which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from numpy.random import Generator


def touched(rate: float, words: int) -> int:
    """`rate` of `words` (rounded half to even), at least one; none at rate 0."""
    return max(1, round(rate * words)) if rate else 0


def drawn(rng: Generator, eligible: Sequence[int], count: int) -> list[int]:
    """`count` of `eligible`, all of them where there are fewer, in random order and without repetition."""
    return [eligible[at] for at in islice(shuffled(rng, len(eligible)), count)]


def shuffled(rng: Generator, count: int) -> Iterator[int]:
    """0 to `count` - 1 in random order, drawn one by one: who needs two of them pays for two."""
    random, order = rng.random, list(range(count))
    for left in range(count, 0, -1):
        at = int(random() * left)  # a quarter of the time that integers takes; its bias is below 1e-13
        yield order[at]
        order[at] = order[left - 1]


def better(rng: Generator, words: Sequence[str]) -> str:
    """One of `words`, the first ones, which are the best, more often."""
    return words[int(rng.random() ** 2 * len(words))]
