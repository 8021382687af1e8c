"""From targets to copies: how often which utterance is copied."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.random import Generator

from balancer.errors import BalanceError, unknown
from balancer.labels import Label, Labels, in_order, is_missing, read_labels
from balancer.targets import Target, levels, read_target, targets

__all__ = ["SPREADS", "missed", "plan_copies", "targets"]

SPREADS = ("speaker", "even", "hardest")


def plan_copies(
    labels: Iterable[Label],
    target: Target,
    groups: Sequence[Any] | None = None,
    max_copies: int | None = None,
    spread: str = "speaker",
    rng: Generator | None = None,
    losses: Sequence[float] | None = None,
) -> np.ndarray:
    """Copies of each utterance that bring its class to its target, shape (utterances,), int, in input order.

    Within a class every utterance is copied floor or ceil times; classes at their target get none, and none
    is cut.  A soft label belongs to the class of its largest share, and each copy adds that share to it; what
    its copies add to other classes is not planned with.  Class totals stay at or below the target.

    Parameters
    ----------
    labels : (utterances,) of the training originals.
    target : as in `balancer.targets.targets`.
    groups : (utterances,) speakers; None, here or for single utterances, is one nameless speaker.
    max_copies : of one utterance; None for no limit.  `missed` says what it keeps from being reached.
    spread : which utterances get the ceil:

        - speaker: they are dealt out to the class's speakers in turn, speakers sorted, and the next class
          goes on with the speaker after; within a speaker in input order, or in an order drawn from `rng`;
        - even: drawn from `rng` (a generator of seed 0 where none is given);
        - hardest: by `losses`, highest first; NaN (not measured) last; ties by `rng` or input order.
    losses : (utterances,) of a model trained before, for `hardest`.

    Raises
    ------
    BalanceError : for a target, spread or max_copies that does not exist, or lengths that differ.
    """
    known = read_labels(labels)
    _check(len(known), groups, max_copies, spread, losses)
    kind, value = read_target(target)
    if kind == "copies":
        each = int(value if max_copies is None else min(value, max_copies))
        return np.full(len(known), each, dtype=np.int64)
    copies = np.zeros(len(known), dtype=np.int64)
    if not len(known):
        return copies
    counts = known.totals()
    short = levels(counts, target) - np.array(list(counts.values()), dtype=float)
    order = _Order(known, groups, spread, rng, losses)
    own_share = known.own_share
    for place in range(len(known.names)):
        members = np.flatnonzero(known.index == place)
        if not len(members) or short[place] <= 0:
            continue
        rounds, rest = _rounds(short[place], float(own_share[members].sum()), max_copies)
        copies[members] = rounds
        if rest > 0:
            queue = order.of(members)
            extra = _first_that_fit(own_share[queue], rest)
            copies[queue[:extra]] += 1
            order.dealt(queue[:extra])
    return copies


def missed(labels: Iterable[Label], target: Target, copies: Sequence[int]) -> dict[Any, int]:
    """Whole utterances that each class still lacks with these copies; classes that lack none are absent."""
    known = read_labels(labels)
    if not len(known):
        return {}
    wanted = targets(known.totals(), target)
    reached = known.totals(1 + np.asarray(copies))
    lacking = {name: math.floor(wanted[name] - reached[name] + 1e-6) for name in known.names}
    return {name: lack for name, lack in lacking.items() if lack > 0}


class _Order:
    """In which order the utterances of a class are copied once more than the others."""

    def __init__(
        self, known: Labels, groups: Any, spread: str, rng: Generator | None, losses: Sequence[float] | None
    ):
        utterances = len(known)
        if spread == "even" and rng is None:
            rng = np.random.default_rng(0)
        # One permutation for all classes: what one class takes never changes what another draws.
        self._drawn = np.arange(utterances) if rng is None else rng.permutation(utterances)
        self._losses = None if spread != "hardest" else -np.nan_to_num(np.asarray(losses, float), nan=-np.inf)
        self._speaker = _speakers(groups, utterances) if spread == "speaker" else None
        self._turn = 0

    def of(self, members: np.ndarray) -> np.ndarray:
        """The utterances of one class, first come first copied."""
        if self._losses is not None:
            return members[np.lexsort((self._drawn[members], self._losses[members]))]
        if self._speaker is None:
            return members[np.argsort(self._drawn[members])]
        speaker = (self._speaker[members] - self._turn) % (self._speaker.max() + 1)
        by_speaker = np.lexsort((self._drawn[members], speaker))
        speaker = speaker[by_speaker]
        starts = np.flatnonzero(np.r_[True, speaker[1:] != speaker[:-1]])
        sizes = np.diff(np.r_[starts, len(speaker)])
        rank = np.arange(len(speaker)) - np.repeat(starts, sizes)
        return members[by_speaker[np.lexsort((speaker, rank))]]

    def dealt(self, taken: np.ndarray) -> None:
        """Without this the speakers who are first by name would be copied most in every class."""
        if self._speaker is not None and len(taken):
            self._turn = (int(self._speaker[taken[-1]]) + 1) % (int(self._speaker.max()) + 1)


def _rounds(short: float, a_round: float, max_copies: int | None) -> tuple[int, float]:
    """How often the whole class is copied, and what is then still short (0 at the limit)."""
    rounds = math.floor(short / a_round + 1e-9)
    if max_copies is not None and rounds >= max_copies:
        return max_copies, 0.0
    return rounds, short - rounds * a_round


def _first_that_fit(shares: np.ndarray, rest: float) -> int:
    return int(np.searchsorted(np.cumsum(shares), rest + 1e-6, side="right"))


def _speakers(groups: Sequence[Any] | None, utterances: int) -> np.ndarray:
    if groups is None:
        return np.zeros(utterances, dtype=np.int64)
    named = ["" if is_missing(group) else group for group in groups]
    place = {name: i for i, name in enumerate(in_order(set(named)))}
    return np.fromiter(map(place.__getitem__, named), dtype=np.int64, count=utterances)


def _check(utterances: int, groups: Any, max_copies: Any, spread: str, losses: Any) -> None:
    if spread not in SPREADS:
        raise unknown("spread", spread, SPREADS, "spread")
    if spread == "hardest" and losses is None:
        raise BalanceError(
            "spread 'hardest' needs losses=, one a utterance, of a model trained before; or use 'even'.",
            "losses",
        )
    for name, values in (("groups", groups), ("losses", losses)):
        if values is not None and len(values) != utterances:
            raise BalanceError(
                f"{name} has {len(values)} entries for {utterances} labels; give one each.", name
            )
    if max_copies is not None and not (max_copies >= 0 and int(max_copies) == max_copies):
        raise BalanceError(f"max_copies {max_copies!r} is not a whole number from 0.", "max_copies")
