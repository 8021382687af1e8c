"""From targets to copies: how often which utterance is copied."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.random import Generator

from balancer.budget import within_budget
from balancer.errors import BalanceError, unknown
from balancer.labels import Label, Labels, read_labels
from balancer.spreading import SPREADS, Spread
from balancer.targets import Overrides, Target, check_max_copies, levels, limits, read_target, targets

__all__ = ["SPREADS", "missed", "plan_copies", "targets"]


def plan_copies(
    labels: Iterable[Label] | Labels,
    target: Target,
    groups: Sequence[Any] | None = None,
    max_copies: int | None = None,
    spread: str = "speaker",
    rng: Generator | None = None,
    losses: Sequence[float] | None = None,
    *,
    per_class: Overrides | None = None,
    budget: float | None = None,
    costs: Sequence[float] | None = None,
    at_most: float | None = None,
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
    per_class : class -> a ``target``, a ``max_copies`` or both in place of what holds for all.
    budget : what all copies may cost together; as `within_budget` says, the smallest classes are raised first.
    costs : (utterances,) of one copy of each (seconds, say); 1 each by default.
    at_most : no class is raised above it, whatever its target.

    Raises
    ------
    BalanceError : for a target, class, spread, budget or max_copies that does not exist, or lengths that differ.
    """
    known = read_labels(labels)
    read_target(target)
    _check(len(known), max_copies, spread, budget, groups=groups, losses=losses, costs=costs)
    if not len(known):
        return np.zeros(0, dtype=np.int64)
    totals = known.totals()
    counts = np.array(list(totals.values()), dtype=float)
    most = limits(totals, target, max_copies, per_class)
    wanted = levels(totals, target, per_class)
    if at_most is not None:
        wanted = np.maximum(counts, np.minimum(wanted, at_most))
    order = Spread(known, groups, spread, rng, losses)

    def deal(level: np.ndarray) -> np.ndarray:
        return _deal(order, known, level - counts, most)

    if budget is None:
        return deal(wanted)
    each = np.ones(len(known)) if costs is None else np.asarray(costs, dtype=float)
    return within_budget(deal, counts, wanted, budget, each)


def missed(
    labels: Iterable[Label] | Labels,
    target: Target,
    copies: Sequence[int],
    per_class: Overrides | None = None,
) -> dict[Any, int]:
    """Whole utterances that each class still lacks with these copies; classes that lack none are absent."""
    known = read_labels(labels)
    if not len(known):
        return {}
    wanted = targets(known.totals(), target, per_class)
    reached = known.totals(1 + np.asarray(copies))
    lacking = {name: math.floor(wanted[name] - reached[name] + 1e-6) for name in known.names}
    return {name: lack for name, lack in lacking.items() if lack > 0}


def _deal(order: Spread, known: Labels, short: np.ndarray, most: np.ndarray) -> np.ndarray:
    """Copies that give each class no more than `short` (classes,), and no utterance more than its class's `most`."""
    turn = 0
    rounds = np.zeros(len(known.names), dtype=np.int64)
    rests = np.zeros(len(known.names))
    for place in np.flatnonzero((short > 0) & (order.totals > 0)):
        rounds[place], rests[place] = _rounds(float(short[place]), order.totals[place], float(most[place]))
    copies = rounds[known.index]
    for place in np.flatnonzero(rests > 0):
        extra, turn = order.first(order.members(place), rests[place], turn)
        copies[extra] += 1
    return copies


def _rounds(short: float, a_round: float, most: float) -> tuple[int, float]:
    """How often the whole class is copied, and what is then still short (0 at the limit)."""
    rounds = math.floor(short / a_round + 1e-9)
    if rounds >= most:
        return int(most), 0.0
    return rounds, short - rounds * a_round


def _check(utterances: int, max_copies: Any, spread: str, budget: Any, **each: Any) -> None:
    if spread not in SPREADS:
        raise unknown("spread", spread, SPREADS, "spread")
    if spread == "hardest" and each["losses"] is None:
        raise BalanceError(
            "spread 'hardest' needs losses=, one a utterance, of a model trained before; or use 'even'.",
            "losses",
        )
    for name, values in each.items():
        if values is not None and len(values) != utterances:
            raise BalanceError(
                f"{name} has {len(values)} entries for {utterances} labels; give one each.", name
            )
    check_max_copies(max_copies)
    if budget is not None and not (0 <= budget < math.inf):
        raise BalanceError(f"budget {budget!r} is no number from 0.", "budget")
    if each["costs"] is not None:
        costs = np.asarray(each["costs"], dtype=float)
        if not (np.isfinite(costs) & (costs >= 0)).all():
            raise BalanceError("costs has entries that are no numbers from 0.", "costs")
