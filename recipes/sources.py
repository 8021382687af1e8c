"""Where recipes lie: built in, in the user's folder, in other packages, or in any file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path

from recipes.errors import RecipeError
from recipes.marks import Marked
from recipes.suggest import did_you_mean
from recipes.yaml_marks import read_marked

BUILTIN = Path(__file__).parent / "builtin"
GROUP = "merhan_balance.recipes"
MAX_BYTES = 1_000_000


@dataclass(frozen=True)
class Source:
    """A recipe that has not been read yet; `origin` is built-in, user, file or the package it comes from."""

    name: str
    path: Path
    origin: str

    def read(self) -> Marked:
        """The file's values with their places; raises RecipeError."""
        return read_marked(self.text(), str(self.path))

    def text(self) -> str:
        """The file as it stands; raises RecipeError."""
        try:
            if not self.path.is_file():
                raise RecipeError(f"{self.path} is {'a folder' if self.path.is_dir() else 'not a file'}.")
            if self.path.stat().st_size > MAX_BYTES:
                raise RecipeError(f"{self.path} is larger than {MAX_BYTES:,} bytes: that is no recipe.")
            return self.path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            raise RecipeError(
                f"{self.path} is not UTF-8 text (byte {error.start}); save it as UTF-8."
            ) from None
        except OSError as error:
            raise RecipeError(f"{self.path} can't be read: {error.strerror}.") from None


def find_source(reference: str | Path, folder: Path | None = None) -> Source:
    """The recipe called `reference`, or the file, relative to `folder` (default: the working directory).

    A reference that ends in .yaml or .yml or contains a separator is a path; anything else is a name.

    Raises
    ------
    RecipeError : where there is no such recipe; it names the nearest one.
    """
    if is_path(reference):
        return _file(reference, folder)
    for source in all_sources():
        if source.name == reference:
            return source
    names = dict.fromkeys(source.name for source in all_sources())
    for ending in (".yaml", ".yml"):
        beside = (folder or Path()) / f"{reference}{ending}"
        if beside.is_file():
            raise RecipeError(f"no recipe is called {reference!r}, but there is a file: give {beside}.")
    hint = did_you_mean(reference, names) or f"; there are {', '.join(names)}."
    raise RecipeError(f"no recipe is called {reference!r}{hint}")


def is_path(reference: str | Path) -> bool:
    """Whether a recipe is asked for by path and not by name."""
    text = str(reference)
    return isinstance(reference, Path) or text.endswith((".yaml", ".yml")) or "/" in text or os.sep in text


def all_sources() -> Iterator[Source]:
    """Every recipe that has a name; where two share one, the first is meant: built in, user's, packages'."""
    yield from _in_folder(BUILTIN, "built-in")
    yield from _in_folder(user_folder(), "user")
    for point in sorted(entry_points(group=GROUP), key=lambda point: point.name):
        path = _entry_point_path(point)
        if path is not None:
            yield Source(point.name, path, point.dist.name if point.dist else point.module)


def user_folder() -> Path:
    """Where a user's own recipes are found by name: ~/.config/merhan-balance/recipes on Linux."""
    from platformdirs import user_config_path

    return user_config_path("merhan-balance") / "recipes"


def _file(reference: str | Path, folder: Path | None) -> Source:
    path = (folder or Path()) / Path(reference).expanduser()
    if not path.exists():
        beside = [p.name for p in path.parent.glob("*.y*ml")] if path.parent.is_dir() else []
        hint = (
            did_you_mean(path.name, beside) or "; `merhan-balance recipes ls` lists those that have a name."
        )
        raise RecipeError(f"there is no recipe file {path}{hint}")
    return Source(path.stem, path, "file")


def _in_folder(folder: Path, origin: str) -> Iterator[Source]:
    try:
        paths = sorted(p for p in folder.iterdir() if p.suffix in (".yaml", ".yml"))
    except OSError:
        return
    for path in paths:
        yield Source(path.stem, path, origin)


def _entry_point_path(point: EntryPoint) -> Path | None:
    """`my_recipe = "my_package"` is my_recipe.yaml in that package; `"my_package:PATH"` a path."""
    if point.attr:
        return Path(str(point.load()))
    spec = find_spec(point.module)
    folders = list(spec.submodule_search_locations or []) if spec else []
    if spec and spec.origin and not folders:
        folders = [str(Path(spec.origin).parent)]
    paths = [Path(folder) / f"{point.name}.yaml" for folder in folders]
    return next((path for path in paths if path.is_file()), None)
