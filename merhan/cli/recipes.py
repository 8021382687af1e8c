"""`merhan-balance recipes`: list, show, copy and check recipes, and list what they are made of."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import RenderableType
from rich.text import Text

from merhan.cli.console import USAGE, Output, command
from merhan.cli.options import SetOption

NameArgument = Annotated[str, typer.Argument(help="A recipe's name, or a YAML file.", metavar="RECIPE")]


def ls(out: Output) -> None:
    """List the recipes that have a name: built in, yours, and those of installed packages."""
    from merhan.report.recipes import render_recipes
    from recipes.library import list_recipes
    from recipes.sources import user_folder

    found = list_recipes()
    out.result([{**asdict(info), "path": str(info.path)} for info in found])
    for item in render_recipes(found, plain=not out.console.is_terminal):
        _say(out, item)
    out.note(f"show one with `recipes show NAME`; your own are found by name in {user_folder()}.")


def show(
    out: Output,
    recipe: NameArgument,
    resolved: Annotated[
        bool, typer.Option("--resolved", help="With all that it extends, and every default.")
    ] = False,
    bare: Annotated[bool, typer.Option("--bare", help="Without words on its lines.")] = False,
    set_: SetOption = None,
) -> None:
    """Print a recipe as it stands in its file, or resolved, with a word on every line."""
    from recipes.explained import explained
    from recipes.library import load_recipe
    from recipes.sources import find_source
    from recipes.yaml_marks import to_yaml

    if out.json:
        out.result(load_recipe(recipe, set_ or ()).dump())
        return
    whole = resolved or bool(set_)
    text = to_yaml(load_recipe(recipe, set_ or ()).dump()) if whole else find_source(recipe).text()
    if not bare:
        text = explained(text, recipe)
    if out.console.is_terminal:
        from rich.syntax import Syntax

        out.show(Syntax(text.rstrip("\n"), "yaml", background_color="default", word_wrap=True))
    else:
        _say(out, Text(text.rstrip("\n")))


def cp(
    out: Output,
    recipe: NameArgument,
    to: Annotated[Path, typer.Argument(help="The file, or a folder.", metavar="TO")],
    force: Annotated[bool, typer.Option("--force", help="Replace the file if there is one.")] = False,
) -> None:
    """Copy a recipe to a file of your own, to edit it."""
    from recipes.library import copy_recipe

    path = copy_recipe(recipe, to, force=force)
    out.result({"path": str(path)})
    _say(out, Text(str(path)))
    out.note(f"edit it, then: merhan-balance recipes validate {path}")


def validate(out: Output, recipe: NameArgument, set_: SetOption = None) -> None:
    """Check a recipe: every fault at once, with its line and the right value."""
    from merhan.report.recipes import render_faults
    from recipes.advice import advice
    from recipes.errors import RecipeError
    from recipes.library import load_recipe

    try:
        found = load_recipe(recipe, set_ or ())
    except RecipeError as error:
        if not error.faults:
            raise
        out.result({"valid": False, "faults": [asdict(fault) for fault in error.faults], "warnings": []})
        if not out.json:
            for item in render_faults(error.faults):
                out.errors.print(item, soft_wrap=True)
            count = len(error.faults)
            out.errors.print(f"[bold red]error:[/] {count} fault{'s' if count > 1 else ''}", highlight=False)
        raise typer.Exit(USAGE) from None
    warnings = advice(found)
    out.result({"valid": True, "faults": [], "warnings": warnings})
    for warning in warnings:
        _say(out, Text.assemble(("warning: ", "yellow"), warning))
    _say(out, Text.assemble(("✓ ", "green"), f"{found.name} is a valid recipe"))


def steps(
    out: Output,
    name: Annotated[str | None, typer.Argument(help="One of them.", metavar="NAME")] = None,
) -> None:
    """List the transforms that a recipe may name as steps, or tell all about one."""
    from augment.parameters import ParameterError
    from merhan.report.steps import render_step, render_steps
    from recipes.descriptions import describe, describe_all
    from recipes.errors import RecipeError

    if name is None:
        found = describe_all()
        out.result([asdict(one) for one in found])
        out.show(*render_steps(found))
        return
    try:
        one = describe(name)
    except ParameterError as error:
        raise RecipeError(f"{error.message[0].upper()}{error.message[1:]}.") from None
    out.result(asdict(one))
    out.show(*render_step(one))


def _say(out: Output, item: RenderableType) -> None:
    """Without wrapping: what is piped on keeps its lines."""
    if not out.json:
        out.console.print(item, soft_wrap=True)


app = typer.Typer(name="recipes", no_args_is_help=True, help="List, show, copy and check recipes.")
for function in (ls, show, cp, validate, steps):
    app.command(function.__name__)(command(function))
