"""Rounds of tasks through an engine, each outcome kept in the journal as it comes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass

from recipes.engines import Engine
from recipes.journal import Journal
from recipes.tasks import CopyWriter, Outcome, Task

Progress = Callable[[int, int], None]


@dataclass
class Runner:
    """Runs rounds of tasks, and skips what the journal holds."""

    work: CopyWriter
    journal: Journal
    engine: Engine
    progress: Progress | None
    done: int = 0
    total: int = 0

    def run(self, number: int, tasks: Sequence[Task]) -> list[Outcome]:
        """Outcomes in the order of the tasks."""
        self.total += sum(len(task.voices) for task in tasks)
        results: dict[int, list[Outcome]] = {}
        for place, task in enumerate(tasks):
            known = self.journal.done.get((number, task.source.id))
            if known is not None and [o.copy for o in known] == list(task.voices):
                results[place] = known
                self.done += len(known)
        self._tell()
        left = [place for place in range(len(tasks)) if place not in results]
        self.work.prepare([tasks[place] for place in left])
        # Closed at once where something is raised: an engine waits for its workers then.
        with closing(self.engine(self.work, [tasks[place] for place in left])) as finished:
            for index, outcomes in finished:
                place = left[index]
                self.journal.add(number, tasks[place].source.id, outcomes)
                results[place] = outcomes
                self.done += len(outcomes)
                self._tell()
        return [outcome for place in range(len(tasks)) for outcome in results[place]]

    def _tell(self) -> None:
        if self.progress is not None:
            self.progress(self.done, self.total)
