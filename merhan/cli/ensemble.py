"""`merhan-balance ensemble`: several runs as one."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.markup import escape

from merhan.cli.console import Output
from merhan.cli.options import ForceOption


def ensemble(
    out: Output,
    runs: Annotated[
        list[Path], typer.Argument(help="Folders of finished runs on one corpus and split.", metavar="RUN…")
    ],
    folder: Annotated[
        Path | None, typer.Option("--out", "-o", help="Folder of the ensemble. Default: runs/ensemble-<n>.")
    ] = None,
    method: Annotated[
        Literal["mean", "vote"],
        typer.Option(help="Mean of calibrated probabilities, or a vote (the mean settles ties)."),
    ] = "mean",
    force: ForceOption = False,
) -> None:
    """Put finished runs together as one, evaluated and used like any run."""
    if len(runs) == 1:
        raise typer.BadParameter("an ensemble has two members at least; name more runs.")
    from merhan.report.stillness import keep_libraries_quiet

    keep_libraries_quiet()
    from merhan.ensembles.run import ensemble as together
    from merhan.report.terminal import confusion_table, metrics_table
    from merhan.training.runs import next_free

    folder = folder or next_free("ensemble")
    out.unfinished = f"make it again with --out {folder} --force"
    done = together(runs, folder, method, force=force, reporter=out)
    out.show(confusion_table(done.metrics["test"] or done.metrics["dev"]))
    out.show(metrics_table(done.metrics))
    out.show(f"everything is in [bold]{escape(str(done.folder))}[/]; its model/ holds the members")
    out.result({"run": str(done.folder), **done.metrics})
