"""From plain values with marks to a Recipe, or to faults that name file, line, key and the right value."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError

from recipes.allowed import allowed_at, keys_at
from recipes.errors import Fault, RecipeError
from recipes.fields import shown
from recipes.marks import Marked, Place, plain
from recipes.schema import Recipe
from recipes.suggest import did_you_mean

_AT_THE_KEY = ("extra_forbidden", "recipe_key")


def validate(tree: Marked) -> Recipe:
    """The recipe that `tree` describes.

    Raises
    ------
    RecipeError : with all faults at once, in the order of the file.
    """
    values = plain(tree)
    try:
        return Recipe.model_validate(values)
    except ValidationError as error:
        raise RecipeError.of(faults_of(error, tree)) from None


def faults_of(error: ValidationError, tree: Marked) -> list[Fault]:
    """What pydantic found, each in a sentence of ours and with its place."""
    found: dict[str, tuple[Place, list[str]]] = {}
    for details in error.errors(include_url=False):
        path, item = _follow(tree, details["loc"])
        if details["type"] == "missing":
            place, path = item.at, details["loc"]
        else:
            place = item.at if details["type"] in _AT_THE_KEY else item.place
        messages = found.setdefault(dotted(path), (place, []))[1]
        message = _message(details, path)
        if message not in messages:  # the members of a union fail one by one
            messages.append(message)
    faults = [place.fault(key, "; ".join(messages)) for key, (place, messages) in found.items()]
    own = tree.place.file  # what the user wrote comes before what it extends
    return sorted(
        faults, key=lambda fault: (fault.file != own, fault.file, fault.line or 0, fault.column or 0)
    )


def dotted(path: tuple[int | str, ...]) -> str:
    """`augment.audio[0].pitch_shift.semitones`."""
    words = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path)
    return words.removeprefix(".")


def _follow(tree: Marked, loc: tuple[int | str, ...]) -> tuple[tuple[int | str, ...], Marked]:
    """As far along `loc` as the file goes: pydantic's names for members of a union lie beyond."""
    for depth, part in enumerate(loc):
        inside = tree.value
        reachable = (
            inside if isinstance(inside, dict) else range(len(inside)) if isinstance(inside, list) else ()
        )
        if part not in reachable:
            return loc[:depth], tree
        tree = inside[part]
    return loc, tree


def _message(details: Any, path: tuple[int | str, ...]) -> str:
    kind = details["type"]
    if kind in ("recipe_key", "recipe_value"):
        return details["msg"]
    if kind == "extra_forbidden":
        return f"is no key of {dotted(path[:-1]) or 'a recipe'}{_right_key(path)}"
    what = allowed_at(details["loc"] if kind == "missing" else path)
    if kind == "missing":
        return f"is missing{what and f'; give {what}'}"
    if kind == "value_error":
        return details["msg"].removeprefix("Value error, ")
    given = details["input"]
    if not what:
        return f"{shown(given)} is refused: {details['msg'].lower()}"
    hint = ""
    if kind == "literal_error":
        hint = did_you_mean(
            given, details["ctx"]["expected"].replace("'", "").replace(" or ", ", ").split(", ")
        )
    return f"{shown(given)} is not {what}{hint}"


def _right_key(path: tuple[int | str, ...]) -> str:
    """The nearest key of this map; else where in a recipe a key of that very name stands, outermost; else all keys."""
    siblings = [*keys_at(path[:-1]), *(["extends"] if len(path) == 1 else [])]
    hint = did_you_mean(path[-1], siblings)
    if hint:
        return hint
    elsewhere = [key for key in keys_at((), deep=True) if key.rpartition(".")[2] == path[-1]]
    if elsewhere:
        outermost = min(key.count(".") for key in elsewhere)
        elsewhere = [key for key in elsewhere if key.count(".") == outermost]
        return f"; did you mean {' or '.join(elsewhere)}?"
    return f" (known: {', '.join(siblings)})"
