"""What a budget pays for: all short classes raised together, as far as it goes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np


def within_budget(
    deal: Callable[[np.ndarray], np.ndarray],
    counts: np.ndarray,
    levels: np.ndarray,
    budget: float,
    costs: np.ndarray,
) -> np.ndarray:
    """Copies (utterances,) that bring the classes as near to `levels` as `budget` pays for.

    Smallest classes first: all that are short are raised to one level, the highest that the budget pays for
    (water-filling); what is left then raises some of them by one more, the smallest first.  Where every copy
    costs the same, no other way of spending as much makes the counts more even: entropy is concave and
    symmetric in them.

    Parameters
    ----------
    deal : copies that bring the classes to given levels (classes,).
    counts, levels : (classes,) originals, and what is wanted.
    costs : (utterances,) of one copy of each.
    """

    def paid(wanted: np.ndarray) -> np.ndarray | None:
        copies = deal(wanted)
        return copies if float(copies @ costs) <= budget * (1 + 1e-9) else None

    def raised(level: int) -> np.ndarray:
        return np.minimum(levels, np.maximum(counts, level))

    everything = paid(levels)
    if everything is not None:
        return everything
    low, high = int(counts.min()), int(np.ceil(levels.max()))
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if paid(raised(middle)) is not None else (low, middle)
    wanted = raised(low)
    best = deal(wanted)
    for place in np.argsort(wanted, kind="stable"):
        more = wanted.copy()
        more[place] = min(levels[place], wanted[place] + 1)
        copies = paid(more) if more[place] > wanted[place] else None
        if copies is not None:
            wanted, best = more, copies
    return best
