"""Find, list, copy and load recipes."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recipes.errors import RecipeError
from recipes.marks import Marked, Place, marked, plain
from recipes.sources import Source, all_sources, find_source, is_path

if TYPE_CHECKING:
    from recipes.schema import Recipe

__all__ = [
    "RecipeInfo",
    "copy_recipe",
    "file_for",
    "list_recipes",
    "load_recipe",
    "recipe_names",
    "recipe_path",
    "save_recipe",
]


def load_recipe(recipe: str | Path | Mapping[str, Any] | Recipe, overrides: Iterable[str] = ()) -> Recipe:
    """The recipe of that name, in that file or as that dict, with all that it extends.

    Parameters
    ----------
    recipe : a name, a path, a dict as YAML would give it, or a Recipe, which passes through.
    overrides : as on the command line: `balance.target.ratio=0.7`, `~augment.text`.

    Raises
    ------
    RecipeError : with every fault, each naming file, line, column and key, or the override.
    """
    from recipes.inheritance import resolve
    from recipes.overrides import apply_overrides, key_of
    from recipes.schema import Recipe
    from recipes.validation import validate

    overrides = list(overrides)
    if isinstance(recipe, Recipe):
        if not overrides:
            return recipe
        tree, folder, line = marked(recipe.dump(), Place(f"recipe {recipe.name}")), None, ()
    elif isinstance(recipe, Mapping):
        tree, folder, line = marked(recipe, Place("the dict given")), None, ()
    else:
        source = find_source(recipe)
        tree, folder, line = source.read(), source.path.parent, (source,)
        tree.value.setdefault("name", Marked(_safe(source.name), tree.place))
    # What is extended has to be settled before anything can be put upon it.
    tree = apply_overrides(tree, [text for text in overrides if key_of(text) == "extends"])
    tree = resolve(tree, folder, line)
    return validate(apply_overrides(tree, [text for text in overrides if key_of(text) != "extends"]))


@dataclass(frozen=True)
class RecipeInfo:
    """What a list of recipes shows.

    Attributes
    ----------
    origin : built-in, user, or the package that brings it.
    changes : what it does to the corpus and the training; `cost` what that costs beside a plain training.
    avoid_when : when to take another recipe.
    """

    name: str
    summary: str
    path: Path
    origin: str
    changes: str = ""
    cost: str = ""
    avoid_when: str = ""


def list_recipes() -> list[RecipeInfo]:
    """Every recipe that has a name, none validated; of a file that can't be read the summary says so."""
    found: dict[str, RecipeInfo] = {}
    for source in all_sources():
        if source.name not in found:  # another of that name can only be reached by its path
            found[source.name] = _info(source)
    return list(found.values())


def recipe_names() -> list[str]:
    """The names that `load_recipe` knows."""
    return list(dict.fromkeys(source.name for source in all_sources()))


def recipe_path(name: str | Path) -> Path:
    """The file of a recipe; raises RecipeError where there is none."""
    return find_source(name).path


def copy_recipe(name: str | Path, to: str | Path, *, force: bool = False) -> Path:
    """Copy a recipe to a file, or into a folder, for editing; returns the file.

    The copy is named after its file, the command in its first line too, and a path that it extends still
    leads to the same file. All else stays as it is, comments too.

    Raises
    ------
    RecipeError : where the file exists (without `force`) or can't be written.
    """
    source = find_source(name)
    to = file_for(to, source.path.name, force=force)
    _write(to, _renamed(source.text(), source.path, to))
    return to


def save_recipe(
    values: Mapping[str, Any], to: str | Path, *, force: bool = False, comment: Iterable[str] = ()
) -> Path:
    """Write a recipe given as plain values to a file, named after it, below `comment`; returns the file.

    Raises
    ------
    RecipeError : it is no valid recipe; the file exists (without `force`) or can't be written.
    """
    from recipes.yaml_marks import to_yaml

    to = file_for(to, f"{values.get('name', 'recipe')}.yaml", force=force)
    resolved = load_recipe({**values, "name": _safe(to.stem)})
    lines = "".join(f"# {line}\n" for line in (f"merhan-balance train --recipe {to}", *comment))
    _write(to, lines + to_yaml(resolved.dump()))
    return to


def file_for(to: str | Path, name: str, *, force: bool = False) -> Path:
    """The file that a recipe goes to: `to`, or `name` in the folder `to`.

    Raises
    ------
    RecipeError : where it exists, without `force`.
    """
    to = Path(to).expanduser()
    if to.is_dir() or str(to).endswith(("/", os.sep)):
        to = to / name
    if to.suffix not in (".yaml", ".yml"):
        to = to.with_name(f"{to.name}.yaml")
    if to.exists() and not force:
        raise RecipeError(f"{to} exists already; give another name, or --force to replace it.")
    return to


def _renamed(text: str, path: Path, to: Path) -> str:
    from recipes.yaml_marks import read_marked

    keys = read_marked(text, str(path)).value
    lines = text.splitlines(keepends=True)
    changes = {}
    if "name" in keys:
        changes["name"] = _safe(to.stem)  # a word, so no quotes
    base = keys.get("extends")
    if base is not None and isinstance(base.value, str) and is_path(base.value):
        changes["extends"] = f'"{(path.parent / Path(base.value).expanduser()).resolve()}"'
    for key, value in changes.items():
        number = keys[key].at.line - 1
        lines[number] = re.sub(rf"^(\s*{key}\s*:\s*).*?(\s+#.*)?$", _between(value), lines[number])
    if lines[0].startswith("#"):
        named = rf"{re.escape(path.stem)}\b|\S*{re.escape(path.name)}"
        lines[0] = re.sub(rf"(--recipe )(?:{named})()", _between(str(to)), lines[0])
    return "".join(lines)


def _between(value: str) -> Callable[[re.Match[str]], str]:
    """Put `value` between the two groups of a match; a path may hold what a template would take for a group."""
    return lambda match: f"{match[1]}{value}{match[2] or ''}"


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.{os.getpid()}")
        try:
            temporary.write_text(text, encoding="utf-8")
            temporary.replace(path)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise RecipeError(f"{path} can't be written: {error.strerror}.") from None


def _info(source: Source) -> RecipeInfo:
    from recipes.effects import changes, cost
    from recipes.inheritance import resolve

    try:
        values = plain(resolve(source.read(), source.path.parent, (source,)))
    except RecipeError as error:
        reason = f"can't be read: {str(error).splitlines()[0]}"
        return RecipeInfo(source.name, reason, source.path, source.origin)
    summary, avoid = (str(values.get(key) or "") for key in ("summary", "avoid_when"))
    return RecipeInfo(source.name, summary, source.path, source.origin, changes(values), cost(values), avoid)


def _safe(stem: str) -> str:
    """A file's stem as a recipe's name."""
    return re.sub(r"[^\w.+-]+", "_", stem).lstrip(".+-") or "recipe"
