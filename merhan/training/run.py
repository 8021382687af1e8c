"""One training from corpus to RUN: balance, features, MER-HAN, figures."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from merhan.errors import MerhanError
from merhan.evaluation.losses import losses_for
from merhan.training.balanced import balanced_corpus, check_copies
from merhan.training.runs import begin_run, open_run, writing_to
from merhan.training.warnings import before_training, collapsed
from recipes import Corpus, load_recipe
from recipes.chains import build_features, check_labels
from recipes.consensus import learnt_from
from recipes.plan_table import read_plan, replayed
from recipes.schema import Recipe
from recipes.stages import stages_of, timetable

Progress = Callable[[int, int], None]


class Reporter(Protocol):
    """Where a run says what it does; the command line's Output is one."""

    def note(self, text: str) -> None:
        """Something said once."""

    def progress(self, title: str) -> AbstractContextManager[Progress]:
        """A bar around one stage."""


class Silent:
    """A reporter that says nothing."""

    def note(self, text: str) -> None:
        """Nothing."""

    def progress(self, title: str) -> AbstractContextManager[Progress]:
        """No bar."""
        return nullcontext(lambda done, total: None)


@dataclass(frozen=True)
class Job:
    """What a run was asked for; with the corpus, everything needed to repeat it."""

    recipe: Recipe
    seed: int = 0
    split_seed: int = 0
    split_by: str | None = None
    epochs: int | None = None
    workers: int = 1
    skip_broken: bool = False
    latency_repeats: int = 30
    losses: str | Path | None = None
    plan: str | Path | None = None
    callbacks: tuple[Any, ...] = field(default=(), compare=False)


@dataclass(frozen=True)
class Run:
    """A finished run: its folder and the content of its metrics.json."""

    folder: Path
    metrics: dict[str, Any]


def train(
    corpus: Corpus | str | Path,
    recipe: Recipe | str = "pseudo_speakers",
    out: str | Path | None = None,
    *,
    resume: bool = False,
    force: bool = False,
    reporter: Reporter | None = None,
    **options: Any,
) -> Run:
    """Balance `corpus` as `recipe` says, train MER-HAN on it, evaluate on dev and test, write RUN.

    Parameters
    ----------
    corpus : a Corpus, or a path to a manifest or its folder.
    recipe : a Recipe, a name or a YAML file.
    out : folder of the run; `runs/<recipe>-<n>` where absent.
    resume, force : go on with an interrupted run of this very job in `out`; replace a run in `out`.
    options : the fields of `Job`: seed, split_seed, epochs, workers, skip_broken, callbacks; `losses` a run
        whose training rows `spread: hardest` goes by; `plan` a saved plan to be replayed.

    Raises
    ------
    CorpusError, RecipeError, MerhanError : with what is wrong and what to do; a disk that is full among it.
    """
    say = reporter or Silent()
    job = Job(recipe=load_recipe(recipe), **options)
    ready = made_ready(corpus, job, say)
    folder = open_run(None if out is None else Path(out), job.recipe.name, resume=resume, force=force)
    return train_into(folder, ready, job, say)


@dataclass(frozen=True)
class Ready:
    """A corpus that has been looked through for a recipe: without broken rows, with splits, and their protocol.

    losses : of its training originals, where the recipe goes by them.
    """

    corpus: Corpus
    protocol: str
    losses: dict[str, float] | None = None


def made_ready(corpus: Corpus | str | Path, job: Job, say: Reporter) -> Ready:
    """The corpus that a job trains on, once all that can be known to be wrong beforehand has been looked for."""
    _check_features(job.recipe)
    opened = corpus if isinstance(corpus, Corpus) else Corpus.load(Path(corpus))
    opened, protocol = _with_splits(_without_broken(opened, job, say), job, say)
    learnt = _said(learnt_from(opened, job.recipe), opened, say)
    _check_rows(learnt)
    check_labels(job.recipe, opened.labels)
    for sentence in [*before_training(job.recipe, opened), *timetable(job.recipe, job.epochs)]:
        say.note(sentence)
    check_copies(opened, job.recipe, job.plan is not None or job.losses is not None)
    if job.plan is not None:  # its faults are said before a folder is made
        replayed(read_plan(job.plan), opened, opened.select("train", originals=True).utterances)
    losses, notes = losses_for(job.losses, job.recipe, opened)
    for sentence in notes:
        say.note(sentence)
    return Ready(opened, protocol, losses)


def train_into(folder: Path, ready: Ready, job: Job, say: Reporter, kept_by: Path | None = None) -> Run:
    """Copies, training and figures of a job in a `folder` that is its own; what was done there before is kept.

    kept_by : the folder that a person resumes, where it is another.
    """
    opened = ready.corpus
    if job.plan is None:  # copies of rows that are not learnt from would leave their class short
        opened = learnt_from(opened, job.recipe)
    with say.progress("augment") as progress:
        balanced = balanced_corpus(
            opened, job.recipe, job.seed, job.workers, progress, job.skip_broken, ready.losses, job.plan
        )
    for note in balanced.notes:
        if note not in opened.notes:
            say.note(note)
    if balanced is opened and any(u.is_copy for u in opened):
        say.note(f"the corpus holds copies already: {job.recipe.name} gives train, features and model only")
    with writing_to(kept_by or folder):
        return _written(learnt_from(balanced, job.recipe), job, say, folder, ready.protocol)


def _written(corpus: Corpus, job: Job, say: Reporter, folder: Path, protocol: str) -> Run:
    """Features, training and figures of a balanced corpus, in `folder`; what was done there before is kept."""
    from merhan.training.fit import fit
    from merhan.training.outcome import job_config, write_outcome
    from merhan.training.views import make_views

    views = make_views(corpus, job, say)
    if finished := begin_run(folder, job_config(job, views.corpus)):
        say.note(f"{folder} was finished before; nothing is left to do.")
        return Run(folder, finished)
    fitted = fit(views, job, folder)
    for sentence in fitted.classifier.sentences() if fitted.classifier else ():
        say.note(sentence)
    metrics = write_outcome(folder, fitted, views, job, protocol)
    for sentence in collapsed(metrics["dev"], job.recipe):
        say.note(sentence)
    shutil.rmtree(folder / "checkpoints", ignore_errors=True)
    return Run(folder, metrics)


def _check_features(recipe: Recipe) -> None:
    """What can't be done to a batch of token ids is said before any copy is made."""
    from augment.containers import transforms_in
    from augment.features import Mixup
    from merhan.model.settings import ModelSettings

    if ModelSettings.model_validate(recipe.model).freeze_text_encoder:
        return
    labels = list(recipe.augment.per_class) if recipe.augment else []
    chains = [build_features(stage.recipe, labels, []) for stage in stages_of(recipe)]
    lists = [steps for chain in chains for steps in (chain.steps, *chain.per_class.values())]
    for step in (step for steps in lists for step in transforms_in(steps)):
        if isinstance(step, Mixup):
            raise MerhanError(
                f"recipe {recipe.name}: augment.features: {step.name} can't mix token ids; freeze the text "
                "encoder (model.freeze_text_encoder: true), or use manifold_mixup."
            )


def _without_broken(corpus: Corpus, job: Job, say: Reporter) -> Corpus:
    """Headers of every row first: a run must not fail after an hour for a file that was empty all along."""
    from recipes.corpus.checks import without_broken

    kept, _ = without_broken(corpus, job.skip_broken)
    return _said(kept, corpus, say)


def _with_splits(corpus: Corpus, job: Job, say: Reporter) -> tuple[Corpus, str]:
    from recipes.corpus.splits import hold_out_dev, make_splits, protocol_of

    splits = {u.split for u in corpus if u.split}
    if not splits:
        made, protocol = make_splits(corpus, seed=job.split_seed, by=job.split_by or "speaker")
        return _said(made, corpus, say), protocol
    if "train" not in splits:
        raise MerhanError(
            f"{corpus.place}: no row has split 'train', so that there is nothing to learn from."
        )
    protocol = protocol_of(corpus)
    if "test" not in splits:
        say.note("No test split: figures are those of dev, which training stops on, and flatter.")
    if "dev" not in splits:
        corpus = _said(hold_out_dev(corpus, seed=job.split_seed), corpus, say)
    return corpus, protocol


def _said(corpus: Corpus, before: Corpus, say: Reporter) -> Corpus:
    """`corpus`, after saying what it has to say beyond `before`."""
    for note in corpus.notes[len(before.notes) :]:
        say.note(note)
    return corpus


def _check_rows(corpus: Corpus) -> None:
    from balancer.distribution import hard

    for split in ("train", "dev"):
        if not any(u.audio or u.text.strip() for u in corpus.select(split)):
            raise MerhanError(
                f"{corpus.place}: no row of {split} has audio or text; name their columns with --columns."
            )
    known = {hard(u.label) for u in corpus.select(split="train", originals=True)}
    if len(known) < 2:
        raise MerhanError(
            f"{corpus.place}: the train split has one class ({', '.join(known)}); two are needed."
        )
    for u in corpus:
        if u.split in ("dev", "test") and hard(u.label) not in known:
            raise MerhanError(
                f"{corpus.place}: class {hard(u.label)!r} is in {u.split} (utterance {u.id!r}) but absent from train; "
                "add training utterances of it or leave those rows out."
            )
