"""`merhan-balance predict`: one utterance."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer
from rich.markup import escape

from merhan.cli.console import Output
from merhan.cli.options import PriorOption


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
    prior: PriorOption = None,
) -> None:
    """Say which emotion an utterance shows, by its sound, its words, or both."""
    if audio is None and text is None:
        raise typer.BadParameter("give --audio, --text, or both.")
    from merhan.prediction import Predictor
    from merhan.report.stillness import keep_libraries_quiet

    keep_libraries_quiet()
    predictor = Predictor.load(run)
    found = predictor.predict(audio=audio, text=text, speaker_audio=speaker_audio, prior=prior)
    for note in predictor.notes(audio) if audio is not None else ():
        out.note(note)
    if found["deployment"] is None:
        out.note("this model keeps no calibration: train again for balanced and deployment probabilities.")
    out.show(_table(found), *_decisions(found))
    out.result(found)


def _table(found: dict[str, Any]) -> Any:
    """The model's own probabilities, and beside them those of either purpose; each column's largest is bold."""
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("emotion")
    columns = [("joint", found["probabilities"])]
    columns += [(name, found[name]) for name in ("audio", "text") if found[name]]
    columns += [
        (name, found[name]["probabilities"]) for name in ("balanced", "deployment") if found[name] is not None
    ]
    for name, _ in columns:
        table.add_column(name, justify="right")
    table.add_column("")
    best = [max(values, key=values.__getitem__) for _, values in columns]
    for label, p in sorted(found["probabilities"].items(), key=lambda item: -item[1]):
        cells = [
            f"[bold]{values[label]:.2f}[/]" if label == top else f"{values[label]:.2f}"
            for (_, values), top in zip(columns, best, strict=True)
        ]
        name = f"[bold]{escape(label)}[/]" if label == found["label"] else escape(label)
        table.add_row(name, *cells, "█" * round(20 * p))
    return table


def _decisions(found: dict[str, Any]) -> list[str]:
    if found["deployment"] is None:
        return []
    shares = ", ".join(f"{escape(name)} {share:.0%}" for name, share in found["deployment"]["prior"].items())
    return [
        f"[dim]balanced:[/] [bold]{escape(found['balanced']['label'])}[/], were all classes equally frequent",
        f"[dim]deployment:[/] [bold]{escape(found['deployment']['label'])}[/], where classes occur as {shares}",
    ]
