"""A corpus and a recipe to a balanced corpus on disk."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from augment.gates import Encoder
from recipes.ahead import Rehearsed
from recipes.chains import encoder_print, text_languages
from recipes.corpus.checks import without_broken
from recipes.corpus.corpus import Corpus
from recipes.corpus.writing import check_format
from recipes.disk import is_full
from recipes.engines import find_engine
from recipes.errors import CorpusError
from recipes.job import Job, Materialised, Progress
from recipes.languages import other_languages
from recipes.library import load_recipe
from recipes.output import Output, job_fingerprint
from recipes.plan import Plan, make_plan
from recipes.plan_table import PlanTable, read_plan
from recipes.pool import lonely
from recipes.readiness import check_ready, with_splits
from recipes.schema import Recipe

__all__ = ["Materialised", "Plan", "make_plan", "materialise"]


def materialise(
    corpus: Corpus | str | Path | None,
    recipe: Recipe | str | Path | Mapping[str, Any],
    out: str | Path | None = None,
    seed: int = 0,
    workers: int = 1,
    engine: str = "local",
    format: str = "parquet",
    copy_originals: bool = False,
    force: bool = False,
    skip_broken: bool = False,
    progress: Progress | None = None,
    split_by: str | None = None,
    split_seed: int = 0,
    losses: Mapping[str, float] | None = None,
    encoder: Encoder | None = None,
    plan: PlanTable | str | Path | None = None,
) -> Materialised:
    """Write the balanced corpus that `recipe` makes of `corpus`.

    Only training rows are copied; all rows are carried along. The same job gives the same bytes, whatever
    the workers, and goes on where an interruption cut it off.

    Parameters
    ----------
    corpus, recipe : themselves, or what `Corpus.load` and `load_recipe` take.
    out : a new or empty folder, or one of this very job; `balanced/<recipe>` by default.
    seed : of copies and voices.
    workers, engine : processes, and what runs them.
    format : of the manifest.
    copy_originals : copy the originals' audio too, instead of pointing to it.
    force : replace another job's output.
    skip_broken : leave out rows whose audio can't be used.
    progress : called with copies done and copies in all.
    split_by, split_seed : make splits, for a corpus that has none.
    losses : by id, for ``spread: hardest``.
    encoder : texts to vectors (texts, dimensions), for ``similarity: encoder``; picklable. Its `fingerprint`, where
        it has one, is part of the job.
    plan : to be replayed instead of what `balance` asks for, see `make_plan`; part of the job.

    Raises
    ------
    CorpusError, RecipeError : one sentence each; what is done by then is kept for the next run.
    KeyboardInterrupt : likewise.
    """
    if not isinstance(corpus, Corpus):
        corpus = Corpus.load(corpus)
    recipe = load_recipe(recipe)
    make_engine = find_engine(engine)
    check_format(format)
    corpus = with_splits(corpus, split_by, split_seed)
    check_ready(corpus, recipe, encoder)
    most = len(corpus.select("train"))
    with closing(make_engine(workers, most, Rehearsed(recipe))) as started:
        corpus, _ = without_broken(corpus, skip_broken)
        if recipe.augment is not None and recipe.augment.text and recipe.augment.modalities != "audio":
            corpus = corpus.noting(*other_languages(corpus, text_languages(recipe)))
        corpus = corpus.noting(*lonely(corpus, recipe))
        if plan is not None and not isinstance(plan, PlanTable):
            plan = read_plan(plan)
        planned = make_plan(corpus, recipe, seed, losses, encoder, plan)
        fingerprint = job_fingerprint(
            corpus,
            recipe,
            seed,
            format=format,
            copy_originals=copy_originals,
            losses=losses,
            encoder=encoder_print(recipe, encoder),
            **({} if plan is None else {"plan": plan.content()}),
        )
        corpus = planned.used(corpus).noting(*planned.sentences())
        output = Output(Path(out) if out is not None else Path("balanced") / recipe.name, fingerprint)
        job = Job(corpus, recipe, seed, planned, output, format, copy_originals, skip_broken, encoder)
        if output.is_whole() and not force:
            return job.found()
        try:
            output.prepare(corpus.folder, force)
            return job.write(started, progress)
        except OSError as error:
            if is_full(error):
                raise CorpusError(
                    f"The disk is full while writing {output.folder}; make room and run again: what is done is kept."
                ) from error
            raise CorpusError(f"{output.folder} can't be written to: {error.strerror or error}.") from error
