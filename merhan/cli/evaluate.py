"""`merhan-balance evaluate`: a finished run on its own corpus's splits, or on another corpus."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from merhan.cli.console import Output
from merhan.cli.options import ColumnsOption, CorpusOption, PriorOption, RootOption, open_corpus


def evaluate(
    out: Output,
    run: Annotated[Path, typer.Argument(help="Folder of a finished run.", metavar="RUN")],
    corpus: CorpusOption = None,
    split: Annotated[
        Literal["test", "dev", "train", "all"] | None,
        typer.Option(help="Rows of --corpus, or of those that the run kept. Default: test, else all."),
    ] = None,
    prior: PriorOption = None,
    columns: ColumnsOption = None,
    corpus_root: RootOption = None,
) -> None:
    """Evaluate a run on a corpus; without --corpus, show what its training measured."""
    from merhan.evaluation.evaluate import evaluate as measure
    from merhan.evaluation.evaluate import evaluate_kept, read_metrics
    from merhan.report.stillness import keep_libraries_quiet
    from merhan.report.terminal import confusion_table, metrics_table

    if corpus is None and prior is None and split is None:
        metrics = read_metrics(run)
        for sentence in metrics.get("warnings", ()):
            out.note(sentence)
        out.show(confusion_table(metrics["test"] or metrics["dev"]))
        out.show(metrics_table(metrics))
        out.result(metrics)
        return
    keep_libraries_quiet()
    if corpus is None:
        read_metrics(run)  # that it is a finished run
        report = evaluate_kept(run, split=split, prior=prior)
    else:
        with out.progress("features") as progress:
            opened = open_corpus(out, corpus, columns, corpus_root)
            report = measure(run, opened, split=split, progress=progress, prior=prior)
    _show(out, report)
    out.result(report)


def _show(out: Output, report: dict[str, Any]) -> None:
    from merhan.report.calibration import prior_sentence
    from merhan.report.terminal import confusion_table, recall_bars

    out.show(confusion_table(report), recall_bars(report))
    out.show(
        f"UAR {report['uar']:.3f} · WA (accuracy) {report['accuracy']:.3f} · macro-F1 {report['macro_f1']:.3f} · "
        f"weighted F1 {report['weighted_f1']:.3f} · ECE {report['ece']:.3f}"
    )
    if report.get("prior"):
        out.show(prior_sentence(report["prior"]))
    elif calibrated := report.get("calibration"):
        out.show(
            f"calibrated: ECE {calibrated['ece_after']:.3f} · UAR {calibrated['uar_balanced']:.3f} of balanced "
            f"decisions, {calibrated['uar_deployment']:.3f} of deployment decisions"
        )
