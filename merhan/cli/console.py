"""What every command shares: where output goes, and what becomes of an error.

A command is written as a function whose first argument is `out: Output`; `command` gives it the options
`--json`, `--quiet` and `--debug`, and turns the library's errors into one sentence and an exit code.
"""

from __future__ import annotations

import functools
import inspect
import json as jsonlib
import sys
import typing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Annotated, Any

import typer
from rich.console import Console

FAILED, USAGE, FOUND, INTERRUPTED = 1, 2, 3, 130

JsonOption = Annotated[bool, typer.Option("--json", help="Print machine-readable JSON and nothing else.")]
QuietOption = Annotated[bool, typer.Option("--quiet", help="Print results only, no notes and no bars.")]
DebugOption = Annotated[bool, typer.Option("--debug", help="Show the whole traceback of an error.")]


class Output:
    """Results on standard output, notes and bars on standard error."""

    def __init__(self, json: bool = False, quiet: bool = False):
        self.json = json
        self.quiet = quiet
        self.console = Console(highlight=False)
        self.errors = Console(stderr=True, highlight=False)

    def show(self, *renderables: Any) -> None:
        """What a person came for; silent with `--json`."""
        if not self.json:
            self.console.print(*renderables)

    def note(self, text: str) -> None:
        """Something said once by the way."""
        if not (self.json or self.quiet):
            self.errors.print(f"[dim]note:[/] {_plain(text)}", soft_wrap=True)

    def result(self, value: Any) -> None:
        """The machine-readable result, printed only with `--json`."""
        if self.json:
            sys.stdout.write(jsonlib.dumps(value, ensure_ascii=False, indent=2) + "\n")

    @contextmanager
    def progress(self, title: str) -> Iterator[Callable[[int, int], None]]:
        """A bar with rate and time left; the callback takes (done, total)."""
        if self.json or self.quiet or not self.errors.is_terminal:
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
            out.errors.print("[yellow]interrupted[/]; the same command goes on from here.")
            raise typer.Exit(INTERRUPTED) from None
        except Exception as error:
            if debug:
                raise
            out.errors.print(f"[bold red]error:[/] {_plain(_sentence(error))}", soft_wrap=True)
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
    from recipes.errors import RecipeError

    return USAGE if isinstance(error, RecipeError | typer.BadParameter) else FAILED


def _sentence(error: Exception) -> str:
    from augment.audio.files import AudioError
    from augment.parameters import ParameterError
    from balancer.errors import BalanceError
    from merhan.errors import MerhanError
    from merhan.features.settings import FeatureError
    from recipes.errors import CorpusError, RecipeError

    ours = (AudioError, ParameterError, BalanceError, CorpusError, RecipeError, FeatureError, MerhanError)
    ours += (typer.BadParameter,)
    if isinstance(error, ours):
        return str(error)
    if isinstance(error, OSError):
        where = f" ({error.filename})" if error.filename else ""
        return f"{error.strerror or error}{where}"
    return f"unexpected {type(error).__name__}: {error} Run again with --debug and report what it shows."


def _plain(text: str) -> str:
    return text.replace("[", r"\[")
