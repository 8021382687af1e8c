"""Constructor arguments of transforms: what is drawn, what is fixed, and within which bounds.

A transform is a frozen dataclass whose fields are declared with `span`, `options` or `setting`.
The declaration serves the constructor (it checks), `draw` (it draws), the provenance (which fields
are settings) and recipes (allowed range and unit in their errors).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import Field, field, fields
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.random import Generator

Range = Any  # [low, high], or a list of such intervals


class ParameterError(ValueError):
    """A transform was asked for what it cannot do; `parameter` names the argument."""

    def __init__(self, parameter: str, message: str):
        super().__init__(f"{parameter}: {message}")
        self.parameter = parameter
        self.message = message

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.parameter, self.message)  # from a worker, by its two arguments


class Unavailable(ParameterError):
    """What a transform needs (a model, a table, a package) is not on this machine; says how to get it."""


def span(
    default: Range,
    low: float,
    high: float,
    unit: str,
    *,
    integer: bool = False,
    neutral: float | None = None,
) -> Any:
    """A range to draw from: `[low, high]` or several intervals; a single number is a range of one.

    `neutral` is the value that changes nothing (0 semitones, a tempo of 1, a ratio of infinite dB): strength is
    the distance from it, a ratio where it is 1, which is what an audit climbs. None: values have no such order.
    A range whose default is None need not be given.
    """
    bounds = {"low": low, "high": high, "unit": unit, "integer": integer, "neutral": neutral}
    return field(default=default, metadata={"kind": "span", **bounds})


def options(default: str | Sequence[str], allowed: Sequence[str]) -> Any:
    """One word or several, of which one is drawn each time."""
    return field(default=default, metadata={"kind": "options", "allowed": tuple(allowed)})


def setting(default: Any, allowed: Sequence[Any] | None = None, **bounds: Any) -> Any:
    """A fixed argument, kept in the provenance. `allowed` lists its words; `low`, `high`, `unit` bound it.

    `neutral` as in `span`.
    """
    metadata = {"kind": "setting", "allowed": None if allowed is None else tuple(allowed), **bounds}
    return field(default=default, metadata=metadata)


def intervals(value: Range) -> list[tuple[float, float]]:
    """A range in its one inner form: intervals in the order given."""
    if isinstance(value, int | float):
        return [(float(value), float(value))]
    if len(value) == 2 and all(isinstance(bound, int | float) for bound in value):
        return [(float(value[0]), float(value[1]))]
    return [(float(low), float(high)) for low, high in value]


def draw_span(rng: Generator, value: Range, *, integer: bool = False) -> float | int:
    """Uniform over the union of the intervals."""
    if type(value) is tuple and not integer and isinstance(value[0], int | float):  # nearly always, so first
        return float(value[0] + rng.uniform(0.0, value[1] - value[0]))
    parts = intervals(value)
    if integer:
        whole = [n for low, high in parts for n in range(int(low), int(high) + 1)]
        return whole[int(rng.integers(len(whole)))]
    position = rng.uniform(0.0, sum(high - low for low, high in parts))
    for low, high in parts:
        if position <= high - low:
            return float(low + position)
        position -= high - low
    return parts[-1][1]


def draw_option(rng: Generator, value: str | Sequence[str]) -> str:
    """One of the words, each as likely."""
    words = [value] if isinstance(value, str) else list(value)
    return words[int(rng.integers(len(words)))]


def plain(value: Any) -> Any:
    """The same as JSON would give it back: tuples are lists, NumPy scalars numbers, paths text."""
    if type(value) in _PLAIN:
        return value
    if isinstance(value, (dict, Mapping)):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.generic | np.ndarray):
        return value.tolist()
    return str(value) if isinstance(value, Path) else value


_PLAIN = frozenset({str, int, float, bool, type(None)})  # nearly all that is drawn


def settings_of(transform: Any) -> dict[str, Any]:
    """The arguments that `apply` needs beside the drawn ones: all but ranges, `p` and `scope`."""
    return {name: getattr(transform, name) for name in _settings(type(transform))}


@cache
def _settings(cls: type) -> tuple[str, ...]:
    return tuple(f.name for f in fields(cls) if f.metadata.get("kind") == "setting")


def check(transform: Any) -> None:
    """Raise ParameterError for the first argument that is out of its declared bounds."""
    for declared in fields(transform):
        if "kind" in declared.metadata:
            _check_field(declared, getattr(transform, declared.name))


def _check_field(declared: Field, value: Any) -> None:
    meta = declared.metadata
    if meta["kind"] == "span":
        if value is not None or declared.default is not None:
            _check_span(declared.name, value, meta)
    elif meta["kind"] == "options":
        words = [value] if isinstance(value, str) else list(value)
        if not words:
            raise ParameterError(declared.name, f"give at least one of {', '.join(meta['allowed'])}")
        for word in words:
            _check_word(declared.name, word, meta["allowed"])
    elif meta["allowed"] is not None:
        _check_word(declared.name, value, meta["allowed"])
    elif "low" in meta and value is not None:
        _check_span(declared.name, value, meta)


def _check_word(name: str, word: Any, allowed: Sequence[Any]) -> None:
    if word not in allowed:
        known = "true or false" if set(allowed) == {True, False} else f"one of {', '.join(map(str, allowed))}"
        raise ParameterError(name, f"{word!r} is not {known}")


def _check_span(name: str, value: Range, meta: Any) -> None:
    allowed = f"{meta['low']:g} to {meta['high']:g} {meta['unit']}"
    try:
        parts = intervals(value)
    except (TypeError, ValueError):
        raise ParameterError(
            name, f"{value!r} is neither [low, high] nor a list of such intervals ({allowed})"
        ) from None
    if not parts or isinstance(value, bool):
        raise ParameterError(name, f"{value!r} is no range; give [low, high] ({allowed})")
    for low, high in parts:
        if not low <= high:  # also catches NaN
            raise ParameterError(name, f"[{low:g}, {high:g}] runs backwards; give [low, high] ({allowed})")
        if low < meta["low"] or high > meta["high"]:
            shown = f"{low:g}" if low == high else f"[{low:g}, {high:g}]"
            raise ParameterError(name, f"{shown} is outside {allowed}")
        if meta.get("integer") and (low % 1 or high % 1):
            raise ParameterError(name, f"[{low:g}, {high:g}] must be whole numbers")
