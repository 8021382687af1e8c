"""The steps that a recipe may name, in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from rich.console import RenderableType
from rich.markup import escape
from rich.table import Table

if TYPE_CHECKING:
    from recipes.descriptions import Description

WHERE = {
    "audio": "augment.audio",
    "text": "augment.text",
    "pairs": "augment.pairs, sound and words together",
    "features": "augment.features, in the trainer",
}


def render_steps(found: Sequence[Description]) -> Iterator[RenderableType]:
    """A table a modality: names, what they do, which are drawn once a speaker."""
    for modality in dict.fromkeys(one.modality for one in found):
        table = Table(box=None, pad_edge=False, header_style="bold", title_justify="left")
        table.title = f"[bold]{WHERE.get(modality, modality)}[/]"
        table.add_column("name", style="cyan", no_wrap=True, min_width=20)
        table.add_column("does")
        table.add_column("scope", no_wrap=True)
        for one in (one for one in found if one.modality == modality):
            table.add_row(one.name, escape(one.summary), "speaker" if one.once_a_speaker else "")
        yield table
        yield ""
    yield "[dim]and any of audiomentations' and nlpaug's: audiomentations.RoomSimulator, nlpaug.KeyboardAug …[/]"


def render_step(one: Description) -> Iterator[RenderableType]:
    """All about one transform."""
    from recipes.descriptions import flow

    yield f"[bold cyan]{one.name}[/]  [dim]{WHERE.get(one.modality, one.modality)}[/]\n"
    yield escape(one.about.rstrip()) + "\n"
    table = Table(box=None, pad_edge=False, header_style="bold")
    for column in ("argument", "default", "allowed"):
        table.add_column(column)
    for argument in one.arguments:
        table.add_row(
            argument.name, escape(argument.default) or "[red]must be given[/]", escape(argument.allowed)
        )
    yield table
    if one.presets:
        presets = Table(box=None, pad_edge=False, header_style="bold")
        for column in ("preset", "stands for", "evidence"):
            presets.add_column(column)
        for strength, arguments in one.presets.items():
            presets.add_row(strength, escape(flow(arguments)), escape(one.evidence[strength]))
        yield ""
        yield presets
