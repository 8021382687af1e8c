"""Which copies stay once all tasks are back, and who takes the place of those that were refused."""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from recipes.corpus.utterance import Utterance
from recipes.tasks import Outcome

_ONE_IN = 5  # copies whose text could not be changed


class UnchangedTexts:
    """Of the copies whose text was to change and could not, keeps every fifth of a class.

    Copies are counted in the order in which they come, over all rounds.
    """

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def judge(self, outcomes: Iterable[Outcome], label: Callable[[str], str]) -> list[Outcome]:
        """The outcomes, in manifest order, with those refused as "unchanged" that are not kept."""
        judged = []
        for outcome in outcomes:
            if outcome.unchanged and outcome.refused is None:
                name = label(outcome.source_id)
                self._seen[name] += 1
                if self._seen[name] % _ONE_IN:
                    outcome = replace(outcome, refused="unchanged")
            judged.append(outcome)
        return judged


def hand_over(
    refused: Sequence[Outcome],
    rows: Sequence[Utterance],
    copies: Mapping[str, int],
    max_copies: int | Mapping[str, float] | None,
    able: Callable[[Utterance], bool],
    cells: Mapping[str, Any] | None = None,
    costs: Mapping[str, float] | None = None,
) -> dict[str, list[int]]:
    """Further copies in place of refused ones: numbers of the new copies by source id.

    In the order given, each refused copy goes to an utterance of its class, of the same speaker where
    there is one, else of any: to the one with the fewest copies, ties by manifest order. None goes to an
    utterance with a refusal of its own, above `max_copies`, or with nothing to change.

    Parameters
    ----------
    copies : planned of each row, by id.
    max_copies : of one utterance, or by id.
    cells : by id, what stands for the class; the class by default.
    costs : of a copy, by id: all further copies together never cost more than the refused ones did.
    """

    def most(key: str) -> float:
        found = max_copies[key] if isinstance(max_copies, Mapping) else max_copies
        return math.inf if found is None else found

    cells = cells or {row.id: row.hard_label for row in rows}
    tried = {outcome.source_id for outcome in refused}
    waiting: dict[Any, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    by_id = {}
    for place, row in enumerate(rows):
        by_id[row.id] = row
        planned = copies.get(row.id, 0)
        if row.id not in tried and planned < most(row.id) and able(row):
            waiting[cells[row.id]][row.speaker].append((planned, place))
    for speakers in waiting.values():
        for heap in speakers.values():
            heapq.heapify(heap)
    given: dict[str, list[int]] = defaultdict(list)
    spare = 0.0
    for outcome in refused:
        spare += costs[outcome.source_id] if costs else 0.0
        source = by_id[outcome.source_id]
        speakers = waiting[cells[source.id]]
        heap = speakers.get(source.speaker) or min((h for h in speakers.values() if h), key=min, default=None)
        if not heap:
            continue
        planned, place = heap[0]
        key = rows[place].id
        if costs and costs[key] > spare:
            continue
        heapq.heappop(heap)
        spare -= costs[key] if costs else 0.0
        given[key].append(planned + 1)
        if planned + 1 < most(key):
            heapq.heappush(heap, (planned + 1, place))
    return dict(given)
