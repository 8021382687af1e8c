"""`merhan-balance`: the commands put together. Nothing heavy is imported before a command runs."""

from __future__ import annotations

import typer

from merhan.cli import (
    audit,
    augment,
    demo,
    doctor,
    ensemble,
    evaluate,
    inspect,
    predict,
    preview,
    recipes,
    train,
)
from merhan.cli.console import command

app = typer.Typer(
    name="merhan-balance",
    help="Augment and balance speech + transcript emotion corpora, and train MER-HAN on them.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
)

app.command("inspect")(command(inspect.inspect))
app.command("augment")(command(augment.augment))
app.command("preview")(command(preview.preview))
app.command("audit")(command(audit.audit))
app.command("train")(command(train.train))
app.command("ensemble")(command(ensemble.ensemble))
app.command("evaluate")(command(evaluate.evaluate))
app.command("predict")(command(predict.predict))
app.add_typer(recipes.app, name="recipes")
app.command("demo")(command(demo.demo))
app.command("doctor")(command(doctor.doctor))


def main() -> None:
    """The console script."""
    app()
