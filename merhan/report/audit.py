"""What an audit shows: a table a step, strengths in rows, and what it comes to in a sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.console import Console, ConsoleOptions
from rich.text import Text

from merhan.report.bars import BAD, Glyphs, fit, glyphs_of, shade

if TYPE_CHECKING:
    from merhan.evaluation.audit.kept import Kept, Move
    from merhan.evaluation.audit.ladder import Axis
    from merhan.evaluation.audit.results import Audit, Height, Measured, StepAudit

CELL = 6  # of a class
LEAST_FOR_MOVES = 18
SHOWN, SEEN = 0.05, 2  # share and number from which a move is shown
WHAT = {"audio": "sound", "text": "words"}


def render_audit(found: Audit) -> Iterator[AuditHead | StepTable | Text]:
    """All of it, top down: what judged, each step, the whole recipe."""
    yield AuditHead(found)
    for step in found.steps:
        yield Text("")
        yield StepTable(found, step)
    if found.judged:
        yield Text("")
        yield WholeTable(found)


@dataclass(frozen=True)
class AuditHead:
    """What the copies were judged by."""

    found: Audit

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        found, dash = self.found, glyphs_of(options).dash
        yield Text.assemble(
            ("audit of ", "bold"),
            (found.recipe, "bold cyan"),
            f"  {found.rows:,} originals, {found.speakers} speakers, {len(found.classes)} classes; speakers held out in turn",
        )
        for modality, reference in found.references.items():
            yield Text(
                f"{WHAT[modality]}: UAR {reference.uar:.2f} ({reference.low:.2f}{dash}{reference.high:.2f}) on unheard speakers, "
                f"chance {reference.chance:.2f}; {reference.copied} originals that it hears rightly are copied; another "
                f"utterance of the same speaker and class is heard rightly {_percent(reference.another)} % of the time"
            )
        yield Text(
            f"kept: copies that are still taken for their class, % (95 % interval); ! surely below {100 * found.keep:g} %; learnt: the "
            "same, once other speakers' copies of that strength are learnt from; ( ) further than the recipe goes",
            "dim",
        )


@dataclass(frozen=True)
class StepTable:
    """A step's strengths in rows: kept, by class, and where decisions went."""

    found: Audit
    step: StepAudit

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        glyphs, step = glyphs_of(options), self.step
        counts = {height.measured.whole.n for height in step.heights}
        facts = [
            step.step.place,
            *(["one draw a voice"] if step.step.voiced else []),
            *(_measure(axis) for axis in step.axes),
            *([f"{counts.pop()} copies each"] if len(counts) == 1 and counts != {0} else []),
        ]
        yield Text.assemble((step.step.name, "bold cyan"), (f"  {', '.join(facts)}", "dim"))
        if step.unjudged or not step.heights:
            yield Text(f"{glyphs.arrow} not judged: {step.unjudged or 'it changes nothing'}")
            return
        rows = [(_strength(height), height.measured) for height in step.heights]
        yield from _lines(rows, self.found, options)
        yield Text(f"{glyphs.arrow} {verdict(step, self.found.keep)}", "bold")


@dataclass(frozen=True)
class WholeTable:
    """Copies as the recipe makes them."""

    found: Audit

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[Text]:
        yield Text.assemble(
            ("as the recipe makes them", "bold cyan"), ("  all steps of a modality together", "dim")
        )
        rows = [(WHAT[name], self.found.wholes[name]) for name in self.found.judged]
        yield from _lines(rows, self.found, options)


def _measure(axis: Axis) -> str:
    return axis.argument if axis.unit == axis.argument else f"{axis.argument} ({axis.unit})"


def verdict(step: StepAudit, keep: float) -> str:
    """One sentence: from which strength on a step moves decisions, whose, and whether the recipe goes there."""
    if not any(height.measured.whole.n for height in step.heights):
        return "no copy came of it: there was nothing that it could change"
    if step.own is not None:
        return _of_presets(step, step.own, keep)
    said = []
    for side in step.sides:
        first = step.begins(side)
        if first is None:
            continue
        far = "" if first.rung.recipe else ", further than the recipe goes"
        said.append(f"from {first.rung.shown} on ({_who(first.measured)}{far})")
    if not said:
        ends = [max(step.on(side), key=lambda height: height.rung.strength).rung.shown for side in step.sides]
        return f"no class surely keeps less than {100 * keep:g} %, up to {' and '.join(ends)}"
    return f"moves decisions {' and '.join(said)}"


def _of_presets(step: StepAudit, own: Height, keep: float) -> str:
    if not own.measured.moved:
        return f"no class surely keeps less than {100 * keep:g} %, {own.rung.shown}"
    safe = step.safe_preset()
    others = any(height is not own for height in step.heights)
    instead = f"; its preset {safe.rung.shown} does not" if safe else "; so does its lightest preset" * others
    return f"moves decisions {own.rung.shown} ({_who(own.measured)}){instead}"


def _who(measured: Measured) -> str:
    return ", ".join(f"{name or 'all'} {_of(measured, name)} %" for name in measured.moved)


def _lines(rows: list[tuple[str, Measured]], found: Audit, options: ConsoleOptions) -> Iterator[Text]:
    glyphs = glyphs_of(options)
    first = max(8, *(cell_len(name) for name, _ in rows))
    several = len({measured.whole.n for _, measured in rows}) > 1  # else the heading has said it
    head = f"  kept   interval  learnt{'     n' * several}"
    used = first + len(head)
    columns = found.classes if options.max_width - used - CELL * len(found.classes) >= LEAST_FOR_MOVES else ()
    room = options.max_width - used - CELL * len(columns) - 2 - (0 if columns else 15)
    heads = "".join(f" {fit(name, CELL - 1, glyphs).rstrip():>{CELL - 1}}" for name in columns)
    lowest = "" if columns else "  lowest class "
    yield _line(Text(f"{'strength':>{first}}{head}{heads}{lowest}  moves", "dim"))
    for name, measured in rows:
        whole = measured.whole
        line = Text(f"{name:>{first}}")
        if not whole.n:
            yield _line(line.append("  no copy: nothing could be changed", "dim"))
            continue
        line.append("  ").append_text(_cell(whole, "" in measured.moved, 4))
        line.append(
            f" {f'{100 * whole.low:.0f}{glyphs.dash}{100 * whole.high:.0f}':>9}  {_share(measured.learnt, glyphs):>6}"
        )
        if several:
            line.append(f" {whole.n:>5}")
        for label in columns:
            line.append_text(_class(measured, label, glyphs))
        if not columns:
            label, kept = min(measured.classes.items(), key=lambda item: item[1].share)
            line.append(f"  {fit(label, 8, glyphs)} ").append_text(_cell(kept, label in measured.moved, 5))
        moves = [move for move in measured.moves if move.n >= SEEN and move.share >= SHOWN]
        yield _line(line.append("  ").append(_told(moves, max(0, room), glyphs)))


def _told(moves: Sequence[Move], room: int, glyphs: Glyphs) -> str:
    """As many moves as there is room for, two at most."""
    told = [f"{m.before} {glyphs.arrow} {m.after} {100 * m.share:.0f}" for m in moves[:2]]
    both = ", ".join(told)
    return both if cell_len(both) <= room else fit(told[0], room, glyphs).rstrip()


def _line(text: Text) -> Text:
    text.no_wrap, text.overflow = True, "crop"
    return text


def _class(measured: Measured, label: str, glyphs: Glyphs) -> Text:
    kept = measured.classes.get(label)
    if kept is None or not kept.n:
        return Text(f"{glyphs.dash:>{CELL - 1}} ")
    return _cell(kept, label in measured.moved, CELL)


def _cell(kept: Kept, moved: bool, width: int) -> Text:
    """The share in percent, red to green, a mark where it is surely too low."""
    style = f"bold {BAD}" if moved else shade(max(0.0, 2 * kept.share - 1))  # a half is red enough
    return Text(f"{_percent(kept)}{'!' if moved else ' '}".rjust(width), style)


def _strength(height: Height) -> str:
    return height.rung.shown if height.rung.recipe else f"({height.rung.shown})"


def _of(measured: Measured, name: str) -> str:
    return _percent(measured.classes[name] if name else measured.whole)


def _percent(kept: Kept) -> str:
    return f"{100 * kept.share:.0f}" if kept.n else "?"


def _share(value: float, glyphs: Glyphs) -> str:
    return f"{100 * value:.0f}" if value == value else glyphs.dash
