"""How a figure is taken: the two sides in turn, the median of several rounds."""

from __future__ import annotations

import re
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SECONDS = "s"
CALLS = 5  # in a row: after each change of sides the caches are full of what the other side did


@dataclass(frozen=True)
class Comparison:
    """One line: what, our median seconds a call, the peer's, and who the peer is; or another measure in `unit`.

    `rate` names what is better read as so many a second: "lines/s". `praat` is the same measure of Praat, the
    yardstick of quality.
    """

    what: str
    ours: float
    theirs: float | None
    peer: str
    rate: str = ""
    unit: str = SECONDS
    praat: float | None = None

    @property
    def ratio(self) -> float | None:
        """How many times as fast as the peer, where it is time that was measured."""
        return self.theirs / self.ours if self.unit == SECONDS and self.theirs is not None else None

    def shown(self, value: float | None) -> str:
        """A value as the table has it."""
        if value is None:
            return ""
        if self.unit != SECONDS:
            return f"{value:.2f} {self.unit}"
        return f"{1 / value:,.0f} {self.rate}" if self.rate else f"{value * 1e3:.2f} ms"


def compare(
    what: str, ours: Callable[[], object], theirs: Callable[[], object], peer: str, rounds: int = 15
) -> Comparison:
    """Both sides in turn, a few calls each as a loop over a corpus would; the first call (compiling, loading) left out.

    It is the process's own time that counts, which a machine busy with other things hardly lengthens.
    """
    ours()
    theirs()
    times: tuple[list[float], list[float]] = ([], [])
    for _ in range(rounds):
        for side, call in enumerate((ours, theirs)):
            start = time.process_time()
            for _ in range(CALLS):
                call()
            times[side].append((time.process_time() - start) / CALLS)
    return Comparison(what, statistics.median(times[0]), statistics.median(times[1]), peer)


def most_memory() -> float:
    """MB at most until now; not `ru_maxrss`, which begins with what the parent process held."""
    status = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024
