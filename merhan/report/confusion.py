"""The confusion matrix and the recall of each class, in the terminal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.text import Text

from merhan.report.bars import BAD, GOOD, Glyphs, bar, blend, fit, glyphs_of, score, shade

LONGEST_NAME = 16
WIDEST_CELL = 11
WITH_DETAILS = 64  # cells from which precision, F1 and rows stand beside the recall
RECALL, DETAILS = "  recall", "  precision      F1    rows"
NIGHT, INK = "#20242c", "#ffffff"  # under the numbers, the same on light and dark terminals


@dataclass(frozen=True)
class ConfusionTable:
    """True classes in rows, predicted ones in columns; colour is the share of the row, recall stands beside it."""

    report: Mapping[str, Any]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        glyphs = glyphs_of(options)
        names = [str(name) for name in self.report["confusion_matrix"]["labels"]]
        matrix = self.report["confusion_matrix"]["matrix"]
        longest = max(map(cell_len, names))
        digits = max(len(str(n)) for row in matrix for n in row)
        room = options.max_width - min(LONGEST_NAME, longest) - 2 - len(RECALL)
        cell = max(digits + 1, min(WIDEST_CELL, longest + 2, room // len(names)))
        heads = names
        if cell < 5 and longest >= cell:  # names of three letters say nothing: number the classes
            heads = [str(n) for n in range(1, len(names) + 1)]
            names = [f"{n} {name}" for n, name in zip(heads, names, strict=True)]
        label = min(LONGEST_NAME, max(map(cell_len, names)))
        columns = max(1, min(len(names), (options.max_width - label - 2 - len(RECALL)) // cell))
        spare = options.max_width - label - 2 - cell * columns - len(RECALL) - 2

        head = "".join(_centred(fit(h, min(cell - 1, cell_len(h)), glyphs), cell) for h in heads[:columns])
        yield _line(" " * (label + 2), head + RECALL)
        for place, (name, row) in enumerate(zip(names, matrix, strict=True)):
            line = _line(fit(name, label, glyphs) + "  ")
            for other, n in enumerate(row[:columns]):
                line.append_text(_cell(n, sum(row), place == other, cell, glyphs))
            recall = row[place] / sum(row) if sum(row) else None
            line.append(f"  {score(recall, glyphs):>6}", "not bold")
            if spare >= 10 and recall is not None:
                line.append("  " + bar(recall, 1, min(spare, 30), glyphs), shade(recall))
            yield line
        said = "rows: true class, columns: predicted class, colour: share of the true class"
        if columns < len(names):
            said += f"; the last {len(names) - columns} columns do not fit here, metrics.json has them"
        yield Text(said, style="dim")


@dataclass(frozen=True)
class RecallBars:
    """A bar a class for its recall, with its figures; the last line is their mean, the UAR."""

    report: Mapping[str, Any]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        glyphs = glyphs_of(options)
        per_class = self.report["per_class"]
        label = min(LONGEST_NAME, max(4, *(cell_len(str(name)) for name in per_class)))
        beside = DETAILS if options.max_width >= WITH_DETAILS else ""
        width = max(8, options.max_width - label - 2 - len(RECALL + beside))

        def line(name: str, recall: float | None, style: str) -> Text:
            drawn = bar(recall or 0, 1, width, glyphs)
            text = _line(fit(name, label, glyphs) + "  ").append(drawn, f"not bold {style}")
            return text.append(f"{' ' * (width - cell_len(drawn))}  {score(recall, glyphs):>6}")

        yield Text(" " * (label + 2 + width) + RECALL + beside, "dim", no_wrap=True, overflow="crop")
        for name, figures in per_class.items():
            text = line(str(name), figures["recall"], shade(figures["recall"] or 0))
            if beside:
                precision, f1 = score(figures["precision"], glyphs), score(figures["f1"], glyphs)
                text.append(f"  {precision:>9}  {f1:>6}  {figures['support']:>6,}", "not bold")
            yield text
        yield line("UAR", self.report["uar"], "dim")


def confusion_table(report: Mapping[str, Any]) -> ConfusionTable:
    """The confusion matrix of a `classification_report`."""
    return ConfusionTable(report)


def recall_bars(report: Mapping[str, Any]) -> RecallBars:
    """Recall, precision and F1 of each class of a `classification_report`."""
    return RecallBars(report)


def _line(*parts: str) -> Text:
    return Text("".join(parts), style="bold", no_wrap=True, overflow="crop")


def _cell(n: int, rows: int, right: bool, width: int, glyphs: Glyphs) -> Text:
    share = n / rows if rows else 0.0
    if not n:
        return Text(_centred(glyphs.dot, width), f"not bold #8a8f98 on {NIGHT}")
    # A small share must be seen too, and a large one must not drown its number.
    ground = blend(NIGHT, GOOD if right else BAD, 0.12 + 0.78 * share)
    return Text(_centred(str(n), width), f"{'bold' if right else 'not bold'} {INK} on {ground}")


def _centred(text: str, width: int) -> str:
    gap = max(0, width - cell_len(text))
    return " " * (gap - gap // 2) + text + " " * (gap // 2)
