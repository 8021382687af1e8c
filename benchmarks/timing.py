"""How a figure is taken: the two sides in turn, the median of several rounds."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Comparison:
    """One line: what, our median seconds a call, the peer's, and who the peer is.

    `rate` names what is better read as so many a second: "lines/s".
    """

    what: str
    ours: float
    theirs: float
    peer: str
    rate: str = ""

    @property
    def ratio(self) -> float:
        """How many times as fast as the peer."""
        return self.theirs / self.ours

    def shown(self, seconds: float) -> str:
        """A time as the table has it."""
        return f"{1 / seconds:,.0f} {self.rate}" if self.rate else f"{seconds * 1e3:.2f} ms"


def compare(
    what: str, ours: Callable[[], object], theirs: Callable[[], object], peer: str, rounds: int = 25
) -> Comparison:
    """Both sides in turn, so that a busy machine slows both; the first call of each (compiling, loading) left out."""
    ours()
    theirs()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for side, call in enumerate((ours, theirs)):
            start = time.perf_counter()
            call()
            times[side].append(time.perf_counter() - start)
    return Comparison(what, statistics.median(times[0]), statistics.median(times[1]), peer)
