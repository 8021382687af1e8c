"""How long a plan would take here."""

from __future__ import annotations

import time
from pathlib import Path
from tempfile import TemporaryDirectory

from recipes.corpus.corpus import Corpus
from recipes.naming import FileNames
from recipes.plan import Plan
from recipes.schema import Recipe
from recipes.tasks import CopyWriter, tasks_of

_TRIED = 4  # sources


def expected_seconds(corpus: Corpus, recipe: Recipe, plan: Plan, seed: int = 0, workers: int = 1) -> float:
    """Seconds that `materialise` would take, from the copies of a few sources made on trial.

    What starting worker processes costs is not in it.
    """
    numbers = {row.id: range(1, n + 1) for row, n in zip(plan.rows, plan.copies.tolist(), strict=True) if n}
    tasks = tasks_of(plan.rows, recipe, numbers)
    tried = tasks[:: max(1, len(tasks) // _TRIED)][:_TRIED]
    if not tried:
        return 0.0
    with TemporaryDirectory() as folder:
        write = CopyWriter(corpus.replace(()), recipe, seed, Path(folder), FileNames(()))
        write(tried[0])  # kernels are compiled and modules imported here
        begin = time.perf_counter()
        for task in tried:
            write(task)
        spent = time.perf_counter() - begin
    made = sum(len(task.voices) for task in tried)
    return spent / made * plan.total / max(1, workers)
