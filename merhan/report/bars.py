"""Bars and colours of the terminal reports."""

from __future__ import annotations

from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.console import ConsoleOptions

ORIGINALS, COPIES, LEFT_OUT = "#4f9ddf", "#f0a04b", "#8a8a8a"
GOOD, MIDDLING, BAD = "#3fb27f", "#e0b040", "#dd6262"


@dataclass(frozen=True)
class Glyphs:
    """What bars and arrows are drawn with, where the terminal speaks UTF-8 and where it does not."""

    full: str
    copy: str
    gone: str
    eighths: str
    arrow: str
    dot: str
    dash: str
    cut: str


UNICODE = Glyphs(full="█", copy="▒", gone="░", eighths=" ▏▎▍▌▋▊▉", arrow="→", dot="·", dash="–", cut="…")
ASCII = Glyphs(full="#", copy="+", gone=":", eighths=" ", arrow="->", dot="|", dash="-", cut=".")


def glyphs_of(options: ConsoleOptions) -> Glyphs:
    """The glyphs that this terminal can show."""
    return ASCII if options.ascii_only else UNICODE


def bar(value: float, whole: float, width: int, glyphs: Glyphs) -> str:
    """`value` of `whole` as a bar of at most `width` cells, to an eighth of a cell; what is above 0 is seen."""
    cells = width * value / whole if whole > 0 else 0.0
    steps = len(glyphs.eighths)
    eighths = round(cells * steps)
    if value > 0:
        eighths = max(1, eighths)
    full, rest = divmod(eighths, steps)
    return glyphs.full * full + (glyphs.eighths[rest] if rest else "")


def fit(text: str, width: int, glyphs: Glyphs) -> str:
    """`text` in exactly `width` cells, cut where it is longer."""
    if cell_len(text) <= width:
        return set_cell_size(text, width)
    return set_cell_size(text, max(0, width - len(glyphs.cut))) + glyphs.cut[: max(0, width)]


def blend(low: str, high: str, share: float) -> str:
    """The colour that lies `share` (0 to 1) of the way from `low` to `high`."""
    parts = zip(*(bytes.fromhex(colour[1:]) for colour in (low, high)), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * min(1.0, max(0.0, share))):02x}" for a, b in parts)


def shade(recall: float) -> str:
    """Red over amber to green for 0 over a half to 1."""
    return blend(BAD, MIDDLING, 2 * recall) if recall < 0.5 else blend(MIDDLING, GOOD, 2 * recall - 1)


def number(value: float) -> str:
    """A count: whole where it is whole, one decimal where soft labels were added up."""
    whole = abs(value - round(value)) < 1e-6  # 0.7 + 0.3 three times over is not quite 3
    return f"{value:,.0f}" if whole else f"{value:,.1f}"


def score(value: float | None, glyphs: Glyphs) -> str:
    """A figure to three decimals, or a dash where it does not exist."""
    return glyphs.dash if value is None else f"{value:.3f}"
