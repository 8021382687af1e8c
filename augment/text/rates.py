"""How many words to touch, and which."""

from __future__ import annotations

from collections.abc import Sequence

from numpy.random import Generator


def touched(rate: float, words: int) -> int:
    """`rate` of `words` (rounded half to even), at least one; none at rate 0."""
    return max(1, round(rate * words)) if rate else 0


def drawn(rng: Generator, eligible: Sequence[int], count: int) -> list[int]:
    """`count` of `eligible`, all of them where there are fewer, in random order and without repetition."""
    if not eligible or not count:
        return []
    return [eligible[at] for at in rng.permutation(len(eligible))[:count].tolist()]
