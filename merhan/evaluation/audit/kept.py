"""How many copies keep the decision, how sure that is, and where a transform begins to move it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np

LEVEL = 0.95
FEWEST = 10  # copies of a class: below, its rate says nothing


@dataclass(frozen=True)
class Kept:
    """`kept` of `n` copies have the decision of their original; `low` to `high` is the interval of their share."""

    kept: int
    n: int
    low: float
    high: float

    @property
    def share(self) -> float:
        """NaN of none."""
        return self.kept / self.n if self.n else float("nan")


@dataclass(frozen=True)
class Move:
    """`n` of the `of` copies whose original was taken for `before` are taken for `after`."""

    before: str
    after: str
    n: int
    of: int

    @property
    def share(self) -> float:
        return self.n / self.of


def kept_of(same: np.ndarray, speakers: np.ndarray, level: float = LEVEL) -> Kept:
    """Count, with a Wilson interval for as many independent copies as these are worth.

    Copies of one speaker stand or fall together: the number of copies is divided by the design effect, the
    variance of the share between speakers over that of independent copies, where it is above 1.  Sources:
    Wilson 1927, JASA 22; Rao & Scott 1992, "A simple method for the analysis of clustered binary data",
    Biometrics 48.

    Parameters
    ----------
    same : bool (copies,). speakers : (copies,) whose each is. level : share of intervals that hold the truth.
    """
    n = len(same)
    if not n:
        return Kept(0, 0, 0.0, 1.0)
    kept = int(same.sum())
    low, high = wilson(kept / n, n / design_effect(same, speakers), level)
    return Kept(kept, n, low, high)


def wilson(share: float, n: float, level: float = LEVEL) -> tuple[float, float]:
    """The interval of a share seen in `n` independent trials."""
    z = NormalDist().inv_cdf(0.5 + level / 2)
    middle = (share + z * z / (2 * n)) / (1 + z * z / n)
    reach = z / (1 + z * z / n) * (share * (1 - share) / n + z * z / (4 * n * n)) ** 0.5
    return max(0.0, middle - reach), min(1.0, middle + reach)


def design_effect(same: np.ndarray, speakers: np.ndarray) -> float:
    """Variance of the share with speakers as the units, over that of independent copies; 1 at least."""
    names, member = np.unique(speakers, return_inverse=True)
    share, groups = same.mean(), len(names)
    if groups < 2 or share in (0.0, 1.0):
        return 1.0
    size, kept = np.bincount(member), np.bincount(member, same)
    between = groups / (groups - 1) * ((kept - share * size) ** 2).sum() / len(same) ** 2
    return float(np.clip(between / (share * (1 - share) / len(same)), 1.0, size.max()))


def by_class(
    same: np.ndarray, speakers: np.ndarray, labels: np.ndarray, names: Sequence[str]
) -> dict[str, Kept]:
    """Of each class, the intervals wider so that they hold all together (Bonferroni)."""
    level = 1 - (1 - LEVEL) / max(1, len(names))
    return {
        name: kept_of(same[labels == name], speakers[labels == name], level)
        for name in names
        if (labels == name).any()
    }


def moves(before: Iterable[str], after: Iterable[str]) -> list[Move]:
    """Every change of decision, the largest number first."""
    names, counts = np.unique(
        np.array([list(before), list(after)], dtype=str).reshape(2, -1), axis=1, return_counts=True
    )
    of: dict[str, int] = {}
    for name, count in zip(names[0].tolist(), counts.tolist(), strict=True):
        of[name] = of.get(name, 0) + count
    found = [
        Move(a, b, n, of[a])
        for a, b, n in zip(names[0].tolist(), names[1].tolist(), counts.tolist(), strict=True)
        if a != b
    ]
    return sorted(found, key=lambda move: (-move.n, move.before, move.after))


def moved(whole: Kept, classes: dict[str, Kept], keep: float) -> tuple[str, ...]:
    """What surely keeps less than `keep`: "" for all copies together, and classes by name."""
    found = [""] if whole.n >= FEWEST and whole.high < keep else []
    return (*found, *(name for name, kept in classes.items() if kept.n >= FEWEST and kept.high < keep))
