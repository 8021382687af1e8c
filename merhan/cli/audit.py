"""`merhan-balance audit`: which step of a recipe changes the emotion, and from which strength on."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from merhan.cli.console import Output
from merhan.cli.options import (
    ColumnsOption,
    CorpusOption,
    RecipeOption,
    RootOption,
    SeedOption,
    SetOption,
    WorkersOption,
    open_corpus,
    workers_or_default,
)


def audit(
    out: Output,
    recipe: RecipeOption = "minority_boost",
    corpus: CorpusOption = None,
    write: Annotated[
        Path | None,
        typer.Option("--write", "-w", help="Write the recipe with its strengths held below that point."),
    ] = None,
    keep: Annotated[
        float, typer.Option(min=0.01, max=1.0, help="Share of decisions that a strength has to keep.")
    ] = 0.9,
    copies: Annotated[int, typer.Option(min=1, help="Originals of a class to copy, at most.")] = 40,
    seed: SeedOption = 0,
    workers: WorkersOption = None,
    set_: SetOption = None,
    columns: ColumnsOption = None,
    corpus_root: RootOption = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace the file of --write if there is one.")
    ] = False,
) -> None:
    """Show which augmentation moves the emotion, of which class where to, and from which strength on.

    A quick classifier learns from the originals of other speakers; it judges copies made by each step alone.
    """
    from merhan.evaluation.audit import audit as judge
    from merhan.evaluation.audit.narrow import write_narrowed
    from merhan.report.audit import render_audit
    from merhan.report.audit_facts import audit_facts
    from merhan.report.stillness import keep_libraries_quiet
    from recipes.library import file_for, load_recipe

    chosen = load_recipe(recipe, overrides=set_ or ())
    if write is not None:
        file_for(write, f"{chosen.name}.yaml", force=force)  # before an audit is spent on it
    keep_libraries_quiet()
    opened = open_corpus(out, corpus, columns, corpus_root)
    out.unfinished = "what was heard is kept; the same command goes on from here"
    with out.progress(f"audit ({chosen.name})") as progress:
        found = judge(
            opened,
            chosen,
            keep=keep,
            copies=copies,
            seed=seed,
            workers=workers_or_default(workers),
            progress=progress,
        )
    for note in found.notes:
        out.note(note)
    out.show(*render_audit(found))
    facts = audit_facts(found) | {"written": None}
    if write is not None:
        path, changes = write_narrowed(chosen, found, write, force=force)
        out.show("", *(Text(str(change)) for change in changes), Text(f"wrote {path}", "bold"))
        facts["written"] = {"path": str(path), "changes": [str(change) for change in changes]}
    out.result(facts)
