"""`merhan-balance train`: balance a corpus as a recipe says, and train MER-HAN on it."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from merhan.cli.console import Output
from merhan.cli.options import (
    ColumnsOption,
    CorpusOption,
    ForceOption,
    LossesOption,
    PlanOption,
    RootOption,
    SeedOption,
    SetOption,
    SkipBrokenOption,
    SplitByOption,
    SplitSeedOption,
    WorkersOption,
    open_corpus,
    workers_or_default,
)


def train(
    out: Output,
    recipe: Annotated[
        str, typer.Option("--recipe", "-r", help="A recipe's name, or a YAML file.")
    ] = "pseudo_speakers",
    corpus: CorpusOption = None,
    folder: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder of the run. Default: runs/<recipe>-<n>.")
    ] = None,
    epochs: Annotated[int | None, typer.Option(min=1, help="At most so many; default: the recipe's.")] = None,
    seed: SeedOption = 0,
    workers: WorkersOption = None,
    ensemble: Annotated[
        int | None,
        typer.Option(min=2, help="Train so many, seed, seed + 1, …, and put them together as one run."),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run in --out.")] = False,
    losses: LossesOption = None,
    plan: PlanOption = None,
    split_by: SplitByOption = None,
    split_seed: SplitSeedOption = 0,
    skip_broken: SkipBrokenOption = False,
    set_: SetOption = None,
    columns: ColumnsOption = None,
    corpus_root: RootOption = None,
    force: ForceOption = False,
) -> None:
    """Balance the corpus, train MER-HAN, evaluate on dev and test, and write the run."""
    from recipes.library import load_recipe

    if resume and folder is None:
        raise typer.BadParameter("--resume goes on with a run: name its folder with --out.")
    chosen = load_recipe(recipe, overrides=set_ or ())
    opened = open_corpus(out, corpus, columns, corpus_root)
    out.note(f"{chosen.name} on {opened.place}, seed {seed}.")

    from merhan.report.stillness import keep_libraries_quiet

    keep_libraries_quiet()
    from merhan.report.live import LiveTable
    from merhan.report.terminal import confusion_table, metrics_table
    from merhan.training.run import train as one
    from merhan.training.runs import next_free
    from recipes.stages import counted_from

    run = one
    if ensemble is not None:
        from merhan.ensembles.training import train_ensemble

        run = partial(train_ensemble, members=ensemble)
    folder = folder or next_free(chosen.name)
    out.unfinished = f"go on with --out {folder} --resume"
    table = LiveTable(out.errors, moving=out.lively, counted_from=counted_from(chosen, epochs))
    try:
        done = run(
            opened,
            chosen,
            folder,
            resume=resume,
            force=force,
            reporter=out,
            epochs=epochs,
            seed=seed,
            workers=workers_or_default(workers),
            split_by=split_by,
            split_seed=split_seed,
            skip_broken=skip_broken,
            losses=losses,
            plan=plan,
            callbacks=() if out.json or out.quiet else (table,),
        )
    finally:
        table.close()
    out.show(confusion_table(done.metrics["test"] or done.metrics["dev"]))
    out.show(metrics_table(done.metrics))
    out.show(
        f"everything is in [bold]{escape(str(done.folder))}[/] "
        "(metrics.json, predictions.parquet, report.html, model/)"
    )
    out.result({"run": str(done.folder), **done.metrics})
