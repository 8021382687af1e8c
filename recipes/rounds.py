"""Which copies stay once all tasks are back, and who takes the place of those that were refused."""

from __future__ import annotations

import heapq
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

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
    max_copies: int | None,
    able: Callable[[Utterance], bool],
) -> dict[str, list[int]]:
    """Further copies in place of refused ones: numbers of the new copies by source id.

    In the order given, each refused copy goes to an utterance of its class, of the same speaker where
    there is one, else of any: to the one with the fewest copies, ties by manifest order. None goes to an
    utterance with a refusal of its own, above `max_copies`, or with nothing to change.

    Parameters
    ----------
    copies : planned of each row, by id.
    """
    tried = {outcome.source_id for outcome in refused}
    waiting: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    by_id = {}
    for place, row in enumerate(rows):
        by_id[row.id] = row
        planned = copies.get(row.id, 0)
        if row.id not in tried and (max_copies is None or planned < max_copies) and able(row):
            waiting[row.hard_label][row.speaker].append((planned, place))
    for speakers in waiting.values():
        for heap in speakers.values():
            heapq.heapify(heap)
    given: dict[str, list[int]] = defaultdict(list)
    for outcome in refused:
        source = by_id[outcome.source_id]
        speakers = waiting[source.hard_label]
        heap = speakers.get(source.speaker) or min((h for h in speakers.values() if h), key=min, default=None)
        if not heap:
            continue
        planned, place = heapq.heappop(heap)
        given[rows[place].id].append(planned + 1)
        if max_copies is None or planned + 1 < max_copies:
            heapq.heappush(heap, (planned + 1, place))
    return dict(given)
