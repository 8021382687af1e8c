"""`merhan-balance evaluate`: a finished run on its own corpus's splits, or on another corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

from merhan.cli.console import Output
from merhan.cli.options import ColumnsOption, CorpusOption, RootOption, open_corpus


def evaluate(
    out: Output,
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.", metavar="RUN")],
    corpus: CorpusOption = None,
    split: Annotated[
        Literal["test", "dev", "train", "all"] | None,
        typer.Option(help="Rows to evaluate on. Default: test, else all."),
    ] = None,
    columns: ColumnsOption = None,
    corpus_root: RootOption = None,
) -> None:
    """Evaluate a run on a corpus; without --corpus, show what its training measured."""
    from merhan.evaluation.evaluate import evaluate as measure
    from merhan.evaluation.evaluate import read_metrics
    from merhan.report.terminal import confusion_table, metrics_table, recall_bars

    if corpus is None:
        metrics = read_metrics(run)
        out.show(confusion_table(metrics["test"] or metrics["dev"]))
        out.show(metrics_table(metrics))
        out.result(metrics)
        return
    from merhan.report.stillness import keep_libraries_quiet

    keep_libraries_quiet()
    with out.progress("features") as progress:
        report = measure(run, open_corpus(out, corpus, columns, corpus_root), split=split, progress=progress)
    out.show(confusion_table(report), recall_bars(report))
    out.show(
        f"UAR {report['uar']:.3f} · WA (accuracy) {report['accuracy']:.3f} · macro-F1 {report['macro_f1']:.3f} · "
        f"weighted F1 {report['weighted_f1']:.3f}"
    )
    out.result(report)
