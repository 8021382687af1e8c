"""Which utterances of a class are copied once more than the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.random import Generator

from balancer.groups import read_groups, small
from balancer.labels import Labels

SPREADS = ("speaker", "even", "hardest")


class Spread:
    """The order in which utterances come first, drawn once: `plan_copies` says what each spread means.

    Parameters
    ----------
    known : the labels.
    groups, losses : (utterances,), or None.

    Attributes
    ----------
    totals : (classes,) what the utterances of each add to its own count.
    """

    def __init__(
        self, known: Labels, groups: Any, spread: str, rng: Generator | None, losses: Sequence[float] | None
    ):
        utterances = len(known)
        if spread == "even" and rng is None:
            rng = np.random.default_rng(0)
        self._index, self._queue = small(known.index, len(known.names)), None
        if rng is not None:
            # One permutation for all classes: what one class takes never changes what another draws.
            drawn = rng.permutation(utterances)
            self._queue = np.empty(utterances, dtype=np.min_scalar_type(utterances))
            self._queue[drawn] = np.arange(utterances, dtype=self._queue.dtype)
            self._index = self._index[self._queue]
        self._own_share = known.own_share if known.soft else None
        self.totals = np.bincount(known.index, weights=self._own_share, minlength=len(known.names))
        self._losses = None if spread != "hardest" else -np.nan_to_num(np.asarray(losses, float), nan=-np.inf)
        self._speaker, self.speakers = read_groups(groups, utterances) if spread == "speaker" else (None, 1)

    def members(self, place: int) -> np.ndarray:
        """The utterances of a class, first come first copied where nothing else is asked."""
        found = np.flatnonzero(self._index == place)
        return found if self._queue is None else self._queue[found]

    def first(self, members: np.ndarray, rest: float, turn: int) -> tuple[np.ndarray, int]:
        """The first of `members` that together add no more than `rest`, and whose turn it is then.

        Without the turn the speakers who are first by name would be copied most in every class.
        """
        if self._losses is not None:
            members = members[np.argsort(self._losses[members], kind="stable")]
        if self._speaker is None:
            return members[: self._fitting(members, rest)], turn
        of = self._speaker[members]
        by_speaker = np.argsort(of, kind="stable")  # by radix, where there are up to 2^16
        sizes = np.bincount(of, minlength=self.speakers)
        if turn:
            cut = int(sizes[:turn].sum())
            by_speaker, sizes = np.r_[by_speaker[cut:], by_speaker[:cut]], np.roll(sizes, -turn)
        queue = members[by_speaker]
        rank = np.arange(len(queue)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
        shares = None if self._own_share is None else self._own_share[queue]
        by_round = np.cumsum(np.bincount(rank, weights=shares))
        rounds = int(np.searchsorted(by_round, rest + 1e-6, side="right"))
        last = queue[rank == rounds]
        more = last[: self._fitting(last, rest - (by_round[rounds - 1] if rounds else 0.0))]
        taken = np.concatenate([queue[rank < rounds], more])
        if not len(taken):
            return taken, turn
        final = more[-1] if len(more) else queue[rank == rounds - 1][-1]
        return taken, (int(self._speaker[final]) + 1) % self.speakers

    def _fitting(self, members: np.ndarray, rest: float) -> int:
        if self._own_share is None:
            return min(len(members), int(rest + 1e-6))
        return int(np.searchsorted(np.cumsum(self._own_share[members]), rest + 1e-6, side="right"))
