"""`merhan-balance predict`: one utterance."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from merhan.cli.console import Output


def predict(
    out: Output,
    run: Annotated[
        Path, typer.Argument(help="Folder of a finished run, or of a saved model.", metavar="RUN")
    ],
    audio: Annotated[Path | None, typer.Option(help="A file of speech.")] = None,
    text: Annotated[str | None, typer.Option(help="What is said.")] = None,
    speaker_audio: Annotated[
        Path | None,
        typer.Option(help="Folder with more speech of this speaker, to measure the voice against."),
    ] = None,
) -> None:
    """Say which emotion an utterance shows, by its sound, its words, or both."""
    if audio is None and text is None:
        raise typer.BadParameter("give --audio, --text, or both.")
    from merhan.prediction import Predictor
    from merhan.report.stillness import keep_libraries_quiet

    keep_libraries_quiet()
    predictor = Predictor.load(run)
    found = predictor.predict(audio=audio, text=text, speaker_audio=speaker_audio)
    for note in predictor.notes(audio) if audio is not None else ():
        out.note(note)
    out.show(_table(found))
    out.result(found)


def _table(found: dict[str, Any]) -> Any:
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("emotion")
    heads = [("joint", found["probabilities"])]
    heads += [(name, found[name]) for name in ("audio", "text") if found[name]]
    for name, _ in heads:
        table.add_column(name, justify="right")
    table.add_column("")
    for label, p in sorted(found["probabilities"].items(), key=lambda item: -item[1]):
        style = "bold" if label == found["label"] else None
        table.add_row(
            escape(label), *(f"{values[label]:.2f}" for _, values in heads), "█" * round(30 * p), style=style
        )
    return table
