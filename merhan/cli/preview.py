"""`merhan-balance preview`: augmented samples beside their originals."""

from __future__ import annotations

from typing import Annotated

import typer

from merhan.cli.console import Output
from merhan.cli.options import (
    ColumnsOption,
    CorpusOption,
    LossesOption,
    RecipeOption,
    RootOption,
    SeedOption,
    SetOption,
    SplitByOption,
    open_corpus,
)


def preview(
    out: Output,
    recipe: RecipeOption = "minority_boost",
    corpus: CorpusOption = None,
    n: Annotated[int, typer.Option("-n", min=1, help="How many utterances, classes in turn.")] = 5,
    ids: Annotated[list[str] | None, typer.Option("--id", help="An utterance by its id; repeatable.")] = None,
    seed: SeedOption = 0,
    set_: SetOption = None,
    losses: LossesOption = None,
    split_by: SplitByOption = None,
    columns: ColumnsOption = None,
    corpus_root: RootOption = None,
) -> None:
    """Show what a recipe makes of some utterances: text, sound, drawn parameters. Nothing is written."""
    from merhan.evaluation.losses import losses_for
    from merhan.features.similarity import similarity_encoder
    from merhan.report.preview import PreviewPanel, facts
    from recipes.library import load_recipe
    from recipes.preview import previews
    from recipes.readiness import with_splits

    chosen = load_recipe(recipe, overrides=set_ or ())
    opened = with_splits(open_corpus(out, corpus, columns, corpus_root), split_by)
    by_id, notes = losses_for(losses, chosen, opened)
    for note in notes:
        out.note(note)
    encoder = similarity_encoder(chosen)
    shown = []
    for made in previews(opened, chosen, n, ids or (), seed, encoder, by_id):
        out.show(PreviewPanel(made))
        shown.append(facts(made))
    out.result(shown)
