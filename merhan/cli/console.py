"""What every command shares: where output goes, and what becomes of an error.

A command is written as a function whose first argument is `out: Output`; `command` gives it the options
`--json`, `--quiet` and `--debug`, and turns the library's errors into one sentence and an exit code.
"""

from __future__ import annotations

import functools
import inspect
import json as jsonlib
import math
import sys
import typing
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.text import Text

FAILED, USAGE, FOUND, INTERRUPTED = 1, 2, 3, 130
MOST_FAULTS = 20  # that are shown

JsonOption = Annotated[bool, typer.Option("--json", help="Print machine-readable JSON and nothing else.")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="Print results only, no notes and no bars.")]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show the whole traceback of an error.")]


class Output:
    """Results on standard output, notes and bars on standard error.

    `unfinished` is what a person can do where Ctrl-C cuts the command off; a command sets it once it holds.
    """

    def __init__(self, json: bool = False, quiet: bool = False):
        self.json = json
        self.quiet = quiet
        self.unfinished = ""
        self.console = Console(highlight=False)
        self.errors = Console(stderr=True, highlight=False)

    def show(self, *renderables: Any) -> None:
        """What a person came for; silent with `--json`."""
        if not self.json:
            for renderable in renderables:  # print(a, b) would set strings side by side
                self.console.print(renderable)

    def note(self, text: str) -> None:
        """Something said once by the way."""
        if not (self.json or self.quiet):
            self.errors.print(Text.assemble(("note:", "dim"), " ", text), soft_wrap=True)

    def result(self, value: Any) -> None:
        """The machine-readable result, printed only with `--json`; a figure that does not exist is null."""
        if self.json:
            sys.stdout.write(jsonlib.dumps(_finite(value), ensure_ascii=False, indent=2) + "\n")

    def fail(self, error: Exception) -> None:
        """What went wrong, in one sentence; the faults of a recipe each with its line."""
        faults = getattr(error, "faults", ())
        if faults:
            from merhan.report.recipes import render_faults

            for item in render_faults(faults[:MOST_FAULTS]):
                self.errors.print(item, soft_wrap=True)
        said = f"{len(faults)} fault{'s' if len(faults) > 1 else ''}" if faults else sentence_of(error)
        if len(faults) > MOST_FAULTS:
            said += f", of which these are the first {MOST_FAULTS}"
        self.errors.print(Text.assemble(("error:", "bold red"), " ", said), soft_wrap=True)

    @property
    def lively(self) -> bool:
        """Whether bars and tables may move: a terminal, and no `--json`, `--quiet` or NO_COLOR."""
        return self.errors.is_terminal and not (self.json or self.quiet or self.errors.no_color)

    @contextmanager
    def progress(self, title: str) -> Iterator[Callable[[int, int], None]]:
        """A bar with rate and time left; the callback takes (done, total)."""
        if not self.lively:
            yield lambda done, total: None
            return
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        columns = (
            TextColumn("[bold]{task.description}"),
            BarColumn(bar_width=None),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(compact=True),
        )
        with Progress(*columns, console=self.errors, transient=True) as bar:
            task = bar.add_task(title, total=None, rate="")

            def advance(done: int, total: int) -> None:
                speed = bar.tasks[0].speed
                bar.update(task, completed=done, total=total, rate=f"{speed:,.0f}/s" if speed else "")

            yield advance


def command(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command its common options, and its errors their exit codes."""

    @functools.wraps(function)
    def run(*, json: bool, quiet: bool, debug: bool, **options: Any) -> None:
        out = Output(json=json, quiet=quiet)
        try:
            function(out, **options)
        except (typer.Exit, typer.Abort):
            raise
        except KeyboardInterrupt:
            said = f"; {out.unfinished}." if out.unfinished else "."
            out.errors.print(Text.assemble(("interrupted", "yellow"), said), soft_wrap=True)
            raise typer.Exit(INTERRUPTED) from None
        except BrokenPipeError:
            raise  # `| head` has seen enough: typer ends the command without a word
        except Exception as error:
            if debug:
                raise
            out.fail(error)
            raise typer.Exit(_exit_code(error)) from None

    hints = typing.get_type_hints(function, include_extras=True)
    own = list(inspect.signature(function).parameters.values())[1:]
    parameters = [p.replace(annotation=hints[p.name], kind=inspect.Parameter.KEYWORD_ONLY) for p in own]
    for name, annotation in (("json", JsonOption), ("quiet", QuietOption), ("debug", DebugOption)):
        parameters.append(
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=False, annotation=annotation)
        )
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {p.name: p.annotation for p in parameters}
    del run.__wrapped__  # typer must see our signature, not the one underneath
    return run


def _exit_code(error: Exception) -> int:
    from merhan.errors import PriorError
    from recipes.errors import RecipeError

    return USAGE if isinstance(error, RecipeError | PriorError | typer.BadParameter) else FAILED


def sentence_of(error: Exception) -> str:
    """The error as people read it: ours as they are, the system's with the file, others with where to turn."""
    from augment.audio.files import AudioError
    from augment.parameters import ParameterError
    from balancer.errors import BalanceError
    from merhan.errors import MerhanError
    from recipes.disk import is_full
    from recipes.errors import CorpusError, RecipeError

    if isinstance(
        error,
        AudioError
        | ParameterError
        | BalanceError
        | CorpusError
        | RecipeError
        | MerhanError
        | typer.BadParameter,
    ):
        return str(error)
    where = f" ({error.filename})" if isinstance(error, OSError) and error.filename else ""
    if is_full(error):
        return f"the disk is full{where}; make room and run again."
    if isinstance(error, OSError):
        return f"{error.strerror or error}{where}"
    first = (str(error).strip().splitlines() or [""])[0].rstrip(".")
    return f"unexpected {type(error).__name__}: {first}. Run again with --debug and report what it shows."


def _finite(value: Any) -> Any:
    """The value with None in place of NaN and infinities, which JSON does not know."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _finite(item) for key, item in value.items()}
    return [_finite(item) for item in value] if isinstance(value, list | tuple) else value
