"""A run's figures beside the yardstick: does the network earn its keep?"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions, Group, RenderableType
from rich.table import Table
from rich.text import Text

from merhan.report.bars import COPIES, ORIGINALS, Glyphs, bar, fit, glyphs_of, score
from merhan.report.calibration import fitted_on_dev

FIGURES = (
    ("uar", "UAR"),
    ("accuracy", "WA (accuracy)"),
    ("macro_f1", "macro-F1"),
    ("weighted_f1", "weighted F1"),
    ("loss", "loss"),
    ("ece", "ECE"),
)
CALIBRATED = (("ece_after", "ECE calibrated"), ("uar_balanced", "UAR balanced"))
SIDE_BY_SIDE = 78  # cells from which the yardstick stands beside the figures


@dataclass(frozen=True)
class MetricsTable:
    """Dev and test figures, the yardstick's test UAR beside them, and a sentence that compares them."""

    metrics: Mapping[str, Any]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        glyphs = glyphs_of(options)
        figures, beside = _figures(self.metrics, glyphs), _yardstick(self.metrics, glyphs)
        if beside is None or options.max_width < SIDE_BY_SIDE:
            yield Group(figures, *([] if beside is None else [Text(), beside]))
        else:
            grid = Table.grid(padding=(0, 4), expand=True)
            grid.add_column()
            grid.add_column(ratio=1)
            grid.add_row(figures, beside)
            yield grid
        yield Text()
        good, sentence = verdict(self.metrics)
        yield Text(sentence, {True: "bold green", False: "bold yellow", None: "dim"}[good])
        for said in _conditions(self.metrics, glyphs):
            yield Text(said, "dim")


def metrics_table(metrics: Mapping[str, Any]) -> MetricsTable:
    """What metrics.json says, in the terminal; parts that it lacks are left out."""
    return MetricsTable(metrics)


def verdict(metrics: Mapping[str, Any]) -> tuple[bool | None, str]:
    """Whether the network beats the best linear model in test UAR, and that as a sentence.

    None where one of the two is unknown.  The deviation is that of the network's UAR over test rows taken as
    independent, √(Σ_c r_c (1 - r_c) / n_c) / C, recalls r_c of n_c rows each.
    """
    test, yardstick = metrics.get("test") or {}, metrics.get("yardstick") or {}
    known = {name: value for name, value in yardstick.items() if value is not None}
    uar = test.get("uar")
    if uar is None:
        return None, "There is no test UAR: the corpus has no test rows."
    if not known:
        return None, "There is no yardstick to measure the network by."
    best = max(known, key=lambda name: known[name])
    points = 100 * (uar - known[best])
    deviation = 100 * _deviation(test)
    against = f"the best linear model ({best}: {known[best]:.3f})"
    if points <= 0:
        how = "level with" if abs(points) < 0.05 else f"{-points:.1f} points below"
        return False, f"The network does not earn its keep: test UAR {uar:.3f}, {how} {against}."
    if points < deviation:
        return False, (
            f"Too close to call: test UAR {uar:.3f} is {points:.1f} points above {against}, "
            f"less than one standard deviation of this test set ({deviation:.1f} points)."
        )
    return True, (
        f"The network earns its keep: test UAR {uar:.3f} is {points:.1f} points above {against}; "
        f"one standard deviation of this test set is {deviation:.1f} points."
    )


def _of_members(ensemble: Mapping[str, Any], glyphs: Glyphs) -> str:
    """How the ensemble was made, and what its members reach alone."""
    members = ensemble["members"]
    said = f"Ensemble of {len(members)} by {ensemble['method']}"
    split = "test" if ensemble["mean"]["test_uar"] is not None else "dev"
    alone = ", ".join(score(member[f"{split}_uar"], glyphs) for member in members)
    mean, deviation = (ensemble[key][f"{split}_uar"] for key in ("mean", "deviation"))
    return f"{said}; {split} UAR of each alone: {alone} (mean {mean:.3f}, deviation {deviation:.3f})."


def _deviation(test: Mapping[str, Any]) -> float:
    present = [figures for figures in test.get("per_class", {}).values() if figures["support"]]
    if not present:
        return 0.0
    variance = sum(f["recall"] * (1 - f["recall"]) / f["support"] for f in present)
    return variance**0.5 / len(present)


def _figures(metrics: Mapping[str, Any], glyphs: Glyphs) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column("")
    for split in ("dev", "test"):
        table.add_column(split, justify="right", min_width=5)
    for key, name in FIGURES:
        values = [(metrics.get(split) or {}).get(key) for split in ("dev", "test")]
        style = "bold" if key == "uar" else ("dim" if key in ("loss", "ece") else "")
        table.add_row(name, *(score(value, glyphs) for value in values), style=style)
    calibration = metrics.get("calibration") or {}
    for key, name in CALIBRATED if calibration else ():
        values = [(calibration.get(split) or {}).get(key) for split in ("dev", "test")]
        table.add_row(name, *(score(value, glyphs) for value in values), style="dim")
    return table


@dataclass(frozen=True)
class _UarBars:
    """Test UAR of the network, the yardstick's models and chance, one bar each."""

    rows: tuple[tuple[str, float, str], ...]

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        glyphs = glyphs_of(options)
        label = max(cell_len(name) for name, _, _ in self.rows)
        width = max(6, options.max_width - label - 2 - 6)
        yield Text("test UAR", "bold")
        for name, value, style in self.rows:
            line = Text(fit(name, label, glyphs) + "  ", no_wrap=True, overflow="crop")
            yield line.append(bar(value, 1, width, glyphs), style).append(f" {value:.3f}")


def _yardstick(metrics: Mapping[str, Any], glyphs: Glyphs) -> _UarBars | None:
    yardstick = metrics.get("yardstick") or {}
    test = metrics.get("test") or {}
    rows = [("MER-HAN", test.get("uar"), COPIES)]
    rows += [(f"linear, {name}", yardstick.get(name), ORIGINALS) for name in ("both", "audio", "text")]
    classes = sum(1 for figures in test.get("per_class", {}).values() if figures["support"])
    rows += [("chance", 1 / classes if classes else None, "dim")]
    known = tuple(row for row in rows if row[1] is not None)
    return _UarBars(known) if len(known) > 2 else None


def _conditions(metrics: Mapping[str, Any], glyphs: Glyphs) -> Iterator[str]:
    normalisation = metrics.get("normalisation") or {}
    if normalisation.get("transductive"):
        figure = normalisation.get("test_uar_corpus_statistics")
        alone = "" if figure is None else f"; with corpus statistics alone the test UAR is {figure:.3f}"
        yield f"Normalised by the unlabelled utterances of each test speaker (transductive){alone}."
    if ensemble := metrics.get("ensemble"):
        yield _of_members(ensemble, glyphs)
    if calibration := metrics.get("calibration"):
        yield fitted_on_dev(calibration)
    facts = [
        f"{key} {metrics[key]}" for key in ("protocol", "recipe", "seed") if metrics.get(key) is not None
    ]
    if facts:
        yield f" {glyphs.dot} ".join(facts)
