"""`merhan-balance augment`: write the balanced corpus that a recipe describes."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from merhan.cli.console import Output
from merhan.cli.options import (
    ColumnsOption,
    CorpusOption,
    ForceOption,
    LossesOption,
    PlanOption,
    RecipeOption,
    RootOption,
    SeedOption,
    SetOption,
    SkipBrokenOption,
    SplitByOption,
    SplitSeedOption,
    WorkersOption,
    notes_since,
    open_corpus,
    workers_or_default,
)


def augment(
    out: Output,
    recipe: RecipeOption = "minority_boost",
    corpus: CorpusOption = None,
    folder: Annotated[
        Path | None,
        typer.Option("--out", "-o", help="Where the balanced corpus goes. Default: balanced/<recipe>."),
    ] = None,
    seed: SeedOption = 0,
    workers: WorkersOption = None,
    engine: Annotated[str, typer.Option(help="Where the work runs.")] = "local",
    format: Annotated[
        Literal["parquet", "csv", "jsonl"], typer.Option(help="What the manifest is written as.")
    ] = "parquet",
    copy_originals: Annotated[
        bool,
        typer.Option("--copy-originals", help="Copy the originals too, so that the folder stands alone."),
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the plan and write nothing.")] = False,
    losses: LossesOption = None,
    plan: PlanOption = None,
    save_plan: Annotated[
        Path | None,
        typer.Option(help="Write the plan as a table: edit it, and replay it with --plan.", metavar="CSV"),
    ] = None,
    split_by: SplitByOption = None,
    split_seed: SplitSeedOption = 0,
    skip_broken: SkipBrokenOption = False,
    set_: SetOption = None,
    columns: ColumnsOption = None,
    corpus_root: RootOption = None,
    force: ForceOption = False,
) -> None:
    """Write the balanced corpus: the originals referenced, the copies beside a new manifest."""
    from merhan.evaluation.losses import losses_for
    from merhan.features.similarity import similarity_encoder
    from merhan.report.augmentation import plan_facts, render_plan, render_result
    from recipes.corpus.checks import without_broken
    from recipes.library import load_recipe
    from recipes.materialise import materialise
    from recipes.plan import make_plan
    from recipes.preview import estimate_seconds
    from recipes.readiness import with_splits

    chosen = load_recipe(recipe, overrides=set_ or ())
    opened = open_corpus(out, corpus, columns, corpus_root)
    encoder = similarity_encoder(chosen)
    split = with_splits(opened, split_by, split_seed)
    by_id, notes = losses_for(losses, chosen, split)
    for note in notes:
        out.note(note)
    if dry_run or save_plan:
        whole, _ = without_broken(split, skip_broken)
        planned = make_plan(whole, chosen, seed=seed, losses=by_id, encoder=encoder, plan=plan)
    if save_plan:
        planned.save(save_plan)
        out.note(f"The plan is in {save_plan}: edit it, and replay it with --plan {save_plan}.")
    if dry_run:
        notes_since(out, opened, whole.noting(*planned.notes))
        seconds = estimate_seconds(whole, chosen, planned, seed, encoder)
        out.show(*render_plan(planned, seconds, saved=save_plan is not None))
        out.result(plan_facts(planned, seconds))
        return
    out.unfinished = "the same command goes on from here"
    with out.progress(f"augment ({chosen.name})") as progress:
        done = materialise(
            opened,
            chosen,
            folder or Path("balanced") / chosen.name,
            seed=seed,
            workers=workers_or_default(workers),
            engine=engine,
            format=format,
            copy_originals=copy_originals,
            force=force,
            skip_broken=skip_broken,
            split_by=split_by,
            split_seed=split_seed,
            progress=progress,
            encoder=encoder,
            losses=by_id,
            plan=plan,
        )
    notes_since(out, opened, done.corpus)
    out.show(*render_result(done))
    out.result(
        {
            "out": str(done.out),
            "before": done.before,
            "after": done.after,
            "copies": done.copies,
            "missed": done.missed,
            "refused": done.refused,
            "redrawn": done.redrawn,
            "left_out": done.left_out,
        }
    )
