"""The classes of a corpus as bars, before and after balancing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.text import Text

from balancer import imbalance_ratio, normalised_entropy
from merhan.report.bars import COPIES, LEFT_OUT, ORIGINALS, Glyphs, bar, fit, glyphs_of, number

LONGEST_NAME = 20


@dataclass(frozen=True)
class DistributionBars:
    """A bar a class, largest class first: originals solid, copies behind them, counts and shares beside them."""

    before: Mapping[str, float]
    after: Mapping[str, float] | None = None

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        glyphs = glyphs_of(options)
        before, after = self.before, self.after
        if not sum(before.values()) and not sum((after or {}).values()):
            yield Text("no utterances", style="dim")
            return
        if after is not None and dict(after) == dict(before):
            after = None
        names = sorted({*before, *(after or {})}, key=lambda name: (-before.get(name, 0), str(name)))
        figures = _columns([_figures(name, before, after, glyphs) for name in names])
        label = min(LONGEST_NAME, max(cell_len(str(name)) for name in names))
        width = max(8, options.max_width - label - 4 - (cell_len(figures[0]) if figures else 0))
        largest = max([*before.values(), *(after or {}).values()])
        for name, beside in zip(names, figures, strict=True):
            line = Text(no_wrap=True, overflow="crop")
            line.append(fit(str(name), label, glyphs) + "  ")
            line.append_text(
                _bar(before.get(name, 0), (after or before).get(name, 0), largest, width, glyphs)
            )
            line.append("  " + beside)
            yield line
        yield Text()
        yield _summary(before, after, glyphs)


def distribution_bars(
    before: Mapping[str, float], after: Mapping[str, float] | None = None
) -> DistributionBars:
    """Counts by class as bars; with `after`, the copies in them and what became of imbalance and entropy."""
    return DistributionBars(before, after)


def _bar(before: float, after: float, largest: float, width: int, glyphs: Glyphs) -> Text:
    text = Text()
    if after == before:
        text.append(bar(before, largest, width, glyphs), ORIGINALS)
    else:
        # Whole cells where two kinds meet: an eighth of a cell has no room for a second glyph.
        less, more = sorted((before, after))
        total = max(2, round(width * more / largest))
        originals = min(total - 1, max(int(less > 0), round(width * less / largest)))
        text.append(glyphs.full * originals, ORIGINALS)
        glyph, style = (glyphs.copy, COPIES) if after > before else (glyphs.gone, LEFT_OUT)
        text.append(glyph * (total - originals), style)
    text.append(" " * (width - text.cell_len))
    return text


def _figures(
    name: str, before: Mapping[str, float], after: Mapping[str, float] | None, glyphs: Glyphs
) -> tuple[str, ...]:
    counts = [before] if after is None else [before, after]
    cells: list[str] = []
    for each in counts:
        cells += [number(each.get(name, 0)), glyphs.arrow]
    cells[-1] = "  "
    for each in counts:
        whole = sum(each.values())
        cells += [f"{100 * each.get(name, 0) / whole if whole else 0:.0f}", glyphs.arrow]
    cells[-1] = "%"
    return tuple(cells)


def _columns(rows: list[tuple[str, ...]]) -> list[str]:
    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    return [
        " ".join(" " * (w - cell_len(cell)) + cell for w, cell in zip(widths, row, strict=True))
        for row in rows
    ]


def _summary(before: Mapping[str, float], after: Mapping[str, float] | None, glyphs: Glyphs) -> Text:
    both = [before] if after is None else [before, after]
    both = [counts for counts in both if sum(counts.values())]

    def said(values: list[str]) -> str:
        return f" {glyphs.arrow} ".join(values)

    parts = [
        f"{said([number(sum(counts.values())) for counts in both])} utterances",
        f"imbalance ratio {said([f'{imbalance_ratio(counts):.1f}' for counts in both])}",
        f"entropy {said([f'{normalised_entropy(counts):.2f}' for counts in both])}",
    ]
    text = Text(f" {glyphs.dot} ".join(parts), style="bold")
    if after is not None:
        text.append("\n")
        text.append(glyphs.full, ORIGINALS).append(" originals   ", "not bold dim")
        text.append(glyphs.copy, COPIES).append(" copies", "not bold dim")
        if any(after.get(name, 0) < n for name, n in before.items()):
            text.append("   ").append(glyphs.gone, LEFT_OUT).append(" left out", "not bold dim")
    return text
