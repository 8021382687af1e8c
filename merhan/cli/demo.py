"""`merhan-balance demo`: write the built-in synthetic corpus to a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from merhan.cli.console import Output


def demo(
    out: Output,
    folder: Annotated[Path, typer.Option("--out", "-o", help="Where the corpus goes.")] = Path("corpus"),
    seed: Annotated[int, typer.Option(min=0, help="Other seeds give other speech of the same lines.")] = 0,
) -> None:
    """Write the built-in demo corpus: synthetic speech, seven emotions, unbalanced like MELD."""
    from balancer import describe
    from merhan.report.terminal import distribution_bars
    from recipes.corpus.demo import make_demo

    corpus = make_demo(folder, seed=seed)
    train = describe([u.label for u in corpus.select("train")])
    out.show(distribution_bars(dict(train.counts)))
    out.show(
        f"{len(corpus)} utterances of [bold]synthetic[/] speech in {escape(str(folder))}; figures on it claim nothing."
    )
    out.result(
        {"out": str(folder), "utterances": len(corpus), "train": dict(train.counts), "synthetic": True}
    )
