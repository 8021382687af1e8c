"""`merhan-balance inspect`: what is in a corpus, and what is wrong with it."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from rich.markup import escape

from merhan.cli.console import FOUND, Output
from merhan.cli.options import ColumnsOption, CorpusOption, RootOption, open_corpus


def inspect(
    out: Output,
    corpus: CorpusOption = None,
    columns: ColumnsOption = None,
    corpus_root: RootOption = None,
    leaks: Annotated[
        bool, typer.Option("--leaks", help="Look for leaks across splits; exit 3 if any.")
    ] = False,
) -> None:
    """Show the class distribution, imbalance, durations, speakers and broken files of a corpus."""
    from merhan.report.inspection import inspection, render_inspection
    from recipes.corpus.leaks import find_leaks

    opened = open_corpus(out, corpus, columns, corpus_root)
    facts: dict[str, Any] = inspection(opened)
    out.show(*render_inspection(facts))
    if leaks:
        found = find_leaks(opened)
        facts["leaks"] = [str(leak) for leak in found]
        out.show(
            *(f"[red]leak:[/] {escape(str(leak))}" for leak in found[:20])
            if found
            else ("[green]no leaks found[/]",)
        )
        if len(found) > 20:
            out.show(f"… and {len(found) - 20} more")
    out.result(facts)
    if leaks and found:
        raise typer.Exit(FOUND)
