"""Options that several commands share, so that they mean the same everywhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

if TYPE_CHECKING:
    from merhan.cli.console import Output
    from recipes import Corpus

CorpusOption = Annotated[
    Path | None,
    typer.Option(
        "--corpus", "-c", help="Folder with a manifest, or a manifest. Default: ./corpus, else the demo."
    ),
]
ColumnsOption = Annotated[
    str | None,
    typer.Option(help="What your columns are called here: audio=Wav,label=Emo.", metavar="OURS=YOURS,…"),
]
RootOption = Annotated[
    list[str] | None,
    typer.Option(
        "--corpus-root", help="Where the audio of a balanced corpus lies now.", metavar="source=DIR"
    ),
]
RecipeOption = Annotated[str, typer.Option("--recipe", "-r", help="A recipe's name, or a YAML file.")]
SetOption = Annotated[
    list[str] | None,
    typer.Option(
        "--set",
        "-s",
        help="Override a key: balance.target.ratio=0.7, or '~augment.text'.",
        metavar="KEY=VALUE",
    ),
]
SeedOption = Annotated[int, typer.Option(min=0, help="Governs copies, voices, weights and batches.")]
WorkersOption = Annotated[
    int | None,
    typer.Option(
        min=1, envvar="MERHAN_BALANCE_WORKERS", help="Processes; the output is the same for any number."
    ),
]
SplitByOption = Annotated[
    Literal["speaker", "dialogue", "session", "utterance"] | None,
    typer.Option(help="Make the splits where the corpus has none, keeping these whole."),
]
SplitSeedOption = Annotated[int, typer.Option(min=0, help="Seed of a split that we make.")]
SkipBrokenOption = Annotated[
    bool, typer.Option("--skip-broken", help="Leave rows with broken audio out, and say so.")
]
PriorOption = Annotated[
    str | None,
    typer.Option(
        help="How frequent the classes are where the model is used: even, train, dev, class=share,… or a JSON "
        "file of {class: share}. Shares sum to 1, or are counts.",
        metavar="PRIOR",
    ),
]
LossesOption = Annotated[
    Path | None,
    typer.Option(
        help="A run: balance.spread=hardest copies the rows that it lost most on first.", metavar="RUN"
    ),
]
PlanOption = Annotated[
    Path | None,
    typer.Option(help="Replay a plan that --save-plan wrote, edited or not.", metavar="CSV"),
]
ForceOption = Annotated[bool, typer.Option("--force", help="Replace an output that another job wrote.")]


def open_corpus(
    out: Output, path: Path | None, columns: str | None, roots: list[str] | None = None
) -> Corpus:
    """The corpus a command works on; what was understood or assumed is said once."""
    from recipes.corpus.corpus import Corpus
    from recipes.corpus.default import default_corpus

    if path is None:
        corpus = default_corpus()
    else:
        corpus = Corpus.load(path, columns=_pairs(columns, "--columns"), roots=_roots(roots))
    for note in corpus.notes:
        out.note(note)
    return corpus


def notes_since(out: Output, before: Corpus, after: Corpus) -> None:
    """Say what `after` has to say beyond `before`."""
    for note in after.notes:
        if note not in before.notes:
            out.note(note)


def workers_or_default(workers: int | None) -> int:
    """As many processes as there are processors we may use, at most eight."""
    import os

    return workers or min(8, len(os.sched_getaffinity(0)))


def _roots(given: list[str] | None) -> dict[str, Path] | None:
    pairs = _pairs(",".join(given) if given else None, "--corpus-root")
    return pairs and {name: Path(folder) for name, folder in pairs.items()}


def _pairs(text: str | None, option: str) -> dict[str, str] | None:
    if not text:
        return None
    pairs = dict(part.partition("=")[::2] for part in text.split(","))
    if not all(name and value for name, value in pairs.items()):
        raise typer.BadParameter(f"{option} wants NAME=VALUE, got {text!r}.")
    return {name.strip(): value.strip() for name, value in pairs.items()}
