"""One recipe trained with several seeds, and the ensemble of them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

from merhan.ensembles.combining import Method
from merhan.ensembles.members import read_members
from merhan.ensembles.run import linked, write_ensemble
from merhan.errors import MerhanError
from merhan.training.outcome import job_config
from merhan.training.run import Job, Progress, Reporter, Run, Silent, made_ready, train_into
from merhan.training.runs import begin_run, open_run, writing_to
from recipes import Corpus, load_recipe
from recipes.schema import Recipe

FOLDER = "members"


def train_ensemble(
    corpus: Corpus | str | Path,
    recipe: Recipe | str = "pseudo_speakers",
    out: str | Path | None = None,
    *,
    members: int = 3,
    method: Method = "mean",
    resume: bool = False,
    force: bool = False,
    reporter: Reporter | None = None,
    **options: Any,
) -> Run:
    """Train `members` models with seeds seed, seed + 1, …, on the same splits, and write them as one run.

    Each member is a whole run in `out`/members/seed-<s>; going on with `resume` keeps those that are finished
    and goes on with the one that was not.  `out`/model shares their files.

    Parameters
    ----------
    members : how many, 2 at least. method : see `ensemble`. The others as in `merhan.train`; `seed` is the first.

    Raises
    ------
    CorpusError, RecipeError, MerhanError : as `merhan.train`.
    """
    if members < 2:
        raise MerhanError(f"An ensemble of {members} is none; train two members at least.")
    say = _Once(reporter or Silent())
    first = Job(recipe=load_recipe(recipe), **options)
    ready = made_ready(corpus, first, say)
    folder = open_run(None if out is None else Path(out), first.recipe.name, resume=resume, force=force)
    config = {**job_config(first, ready.corpus), "ensemble": {"method": method, "members": members}}
    with writing_to(folder):
        if finished := begin_run(folder, config):
            say.note(f"{folder} was finished before; nothing is left to do.")
            return Run(folder, finished)
    places = []
    for number in range(members):
        seed = first.seed + number
        places.append(open_run(folder / FOLDER / f"seed-{seed}", first.recipe.name, resume=True))
        say.note(f"member {number + 1} of {members}, seed {seed}.")
        train_into(places[-1], ready, replace(first, seed=seed), say, kept_by=folder)
    command = (
        f"merhan-balance train --recipe {first.recipe.name} --corpus {ready.corpus.place} --seed {first.seed} "
        f"--ensemble {members}"
    )
    with writing_to(folder):
        return write_ensemble(folder, read_members(places), method, command, linked, say)


class _Once:
    """Says each sentence once, however many members have it to say."""

    def __init__(self, reporter: Reporter):
        self.reporter = reporter
        self.said: set[str] = set()

    def note(self, text: str) -> None:
        if text not in self.said:
            self.said.add(text)
            self.reporter.note(text)

    def progress(self, title: str) -> AbstractContextManager[Progress]:
        return self.reporter.progress(title)
