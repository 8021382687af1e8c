"""Where output goes, and how errors read."""

from __future__ import annotations

import errno
import io
import json
import math
import re
import subprocess
import sys

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from merhan.cli.console import Output, command, sentence_of
from merhan.errors import MerhanError
from recipes.errors import CorpusError, RecipeError


def output(terminal: bool = False, **options: bool) -> tuple[Output, io.StringIO, io.StringIO]:
    out = Output(**options)
    streams = io.StringIO(), io.StringIO()
    out.console, out.errors = (Console(file=s, force_terminal=terminal, width=60) for s in streams)
    return out, *streams


def called(function, *words: str):
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command()(command(function))
    return CliRunner().invoke(app, list(words))


def test_what_is_shown_stands_below_each_other() -> None:
    out, stdout, _ = output()
    out.show("audio  44 files", "text   44 with words")
    assert stdout.getvalue() == "audio  44 files\ntext   44 with words\n"


def test_a_note_is_plain_text_and_silent_where_asked() -> None:
    out, _, stderr = output()
    out.note("corpus a[b] has [red]paths[/] like [/x]")
    assert stderr.getvalue() == "note: corpus a[b] has [red]paths[/] like [/x]\n"
    for options in ({"quiet": True}, {"json": True}):
        out, _, stderr = output(**options)
        out.note("by the way")
        assert stderr.getvalue() == ""


def test_json_knows_no_numbers_that_are_none(capsys: pytest.CaptureFixture) -> None:
    out = Output(json=True)
    out.show("not this")
    out.result({"ratio": math.inf, "figures": (1.5, math.nan), "name": "Ärger"})
    assert json.loads(capsys.readouterr().out) == {"ratio": None, "figures": [1.5, None], "name": "Ärger"}


@pytest.mark.parametrize("options", [{"json": True}, {"quiet": True}])
def test_nothing_moves_where_nobody_looks(options: dict[str, bool], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert output(terminal=True)[0].lively
    assert not output(terminal=False)[0].lively
    assert not output(terminal=True, **options)[0].lively


def test_no_color_stops_bars_and_colours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    out, _, stderr = output(terminal=True)
    assert not out.lively
    with out.progress("copies") as progress:
        progress(1, 2)
    out.note("done")
    out.fail(MerhanError("no."))
    assert "copies" not in stderr.getvalue()
    styles = re.findall(r"\x1b\[([\d;]*)m", stderr.getvalue())
    assert not [style for style in styles if re.search(r"\b(3[0-8]|4[0-8]|9[0-7])\b", style)]


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (CorpusError("manifest.csv line 3 is bad; mend it."), "manifest.csv line 3 is bad; mend it."),
        (PermissionError(errno.EACCES, "Permission denied", "x.csv"), "Permission denied (x.csv)"),
        (
            OSError(errno.ENOSPC, "No space left", "a.bin"),
            "the disk is full (a.bin); make room and run again.",
        ),
        (
            KeyError("label"),
            "unexpected KeyError: 'label'. Run again with --debug and report what it shows.",
        ),
        (
            RuntimeError("one line\nand a page of another library's advice"),
            "unexpected RuntimeError: one line. Run again with --debug and report what it shows.",
        ),
    ],
)
def test_an_error_is_one_sentence(error: Exception, said: str) -> None:
    assert sentence_of(error) == said


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (CorpusError("x"), 1),
        (OSError("x"), 1),
        (ValueError("x"), 1),
        (RecipeError("x"), 2),
        (typer.BadParameter("x"), 2),
        (KeyboardInterrupt(), 130),
    ],
)
def test_exit_codes(error: BaseException, code: int) -> None:
    def fails(out: Output) -> None:
        raise error

    result = called(fails)
    assert result.exit_code == code
    assert len(result.stderr.splitlines()) == 1
    assert result.stdout == ""


def test_an_interrupted_command_says_how_to_go_on() -> None:
    def stops(out: Output) -> None:
        out.unfinished = "go on with --resume"
        raise KeyboardInterrupt

    assert called(stops).stderr == "interrupted; go on with --resume.\n"


def test_a_pipe_that_has_seen_enough_ends_the_command_silently() -> None:
    listing = subprocess.Popen(
        [sys.executable, "-c", "from merhan.cli.app import main; main()", "recipes", "ls", "--quiet"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    listing.stdout.close()
    assert listing.stderr.read() == ""
    listing.wait()
