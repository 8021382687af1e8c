"""Plain values that remember where they were written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from numbers import Number
from pathlib import PurePath
from typing import Any

from recipes.errors import Fault


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands; line and column from 1, None where there is no file."""

    file: str
    line: int | None = None
    column: int | None = None

    def fault(self, key: str, message: str) -> Fault:
        return Fault(self.file, self.line, self.column, key, message)


@dataclass(slots=True)
class Marked:
    """A value and its place. `value` is a scalar, a list of Marked, or a dict of Marked by text key."""

    value: Any
    place: Place
    key_place: Place | None = None  # of the key it stands under

    @property
    def at(self) -> Place:
        """The place to point at for the whole entry: its key where it has one."""
        return self.key_place or self.place


def marked(value: Any, place: Place) -> Marked:
    """A plain value with one and the same place throughout; paths and NumPy's numbers become plain too."""
    if isinstance(value, Mapping):
        value = {str(key): marked(item, place) for key, item in value.items()}
    elif isinstance(value, list | tuple):
        value = [marked(item, place) for item in value]
    elif isinstance(value, PurePath):
        value = str(value)
    elif isinstance(value, Number) and hasattr(value, "item"):
        value = value.item()
    return Marked(value, place)


def plain(tree: Marked) -> Any:
    """The value without its marks."""
    if isinstance(tree.value, dict):
        return {key: plain(item) for key, item in tree.value.items()}
    if isinstance(tree.value, list):
        return [plain(item) for item in tree.value]
    return tree.value
