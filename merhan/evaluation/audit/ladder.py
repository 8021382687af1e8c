"""From a step to a ladder of strengths: the same transform at known distances from what changes nothing.

One numeric argument that has a neutral value (`augment.parameters.span(neutral=…)`) is climbed by its value, each
direction for itself. Several are climbed together, as shares of their ranges. A transform without any is climbed
by its presets.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from augment.parameters import ParameterError, intervals
from augment.transform import STRENGTHS, Transform

SHARES = (0.25, 0.5, 0.75, 1.0, 1.5)  # of the furthest that the recipe goes
_FROM_FAR = (
    1.0,
    0.75,
    0.5,
    0.25,
    0.0,
    -0.25,
)  # of the recipe's range, where what is neutral is infinitely far
_WIDTH = 9.0  # of such a range that is a single value: dB
OWN = "as it is"  # the recipe's own arguments, where presets are climbed


@dataclass(frozen=True)
class Axis:
    """A numeric argument with a neutral value.

    low, high : what the transform takes. whole : numbers without decimals alone. ratio : a neutral of 1 is a
    ratio, measured in logarithms.
    """

    argument: str
    neutral: float
    low: float
    high: float
    unit: str
    whole: bool = False

    @property
    def ratio(self) -> bool:
        return self.neutral == 1 and self.low > 0

    def position(self, value: float) -> float:
        """Distance from what is neutral, with its direction; where that is infinitely far, -value."""
        if math.isinf(self.neutral):
            return -value if self.neutral > 0 else value
        return math.log(value) if self.ratio else value - self.neutral

    def value(self, position: float) -> float:
        """The value at a position."""
        if math.isinf(self.neutral):
            return -position if self.neutral > 0 else position
        return math.exp(position) if self.ratio else self.neutral + position


@dataclass(frozen=True)
class Rung:
    """One strength of a step.

    transform : draws at this strength alone, always. side : 1 or -1, the direction on the axis. strength :
    grows along a side; the distance from neutral for an axis. shown : for people, "+2". recipe : whether the
    recipe goes this far. value : of the axis's argument; for several, the share of their ranges; None for presets.
    """

    transform: Transform
    side: int
    strength: float
    shown: str
    recipe: bool
    value: float | None = None


def axes_of(transform: Transform) -> list[Axis]:
    """The arguments that strength is measured by: those with a neutral value, and a range that leaves it."""
    return [axis for axis in _declared(transform) if not _idle(transform, axis)]


def _declared(transform: Transform) -> list[Axis]:
    return [
        Axis(f.name, float(m["neutral"]), m["low"], m["high"], m["unit"], m.get("integer", False))
        for f in fields(transform)
        if (m := f.metadata).get("neutral") is not None and getattr(transform, f.name) is not None
    ]


def _idle(transform: Transform, axis: Axis) -> bool:
    return all(end == axis.neutral for pair in intervals(getattr(transform, axis.argument)) for end in pair)


def ladder(transform: Transform) -> list[Rung]:
    """Strengths from the lowest value of the axis to the highest; empty where the step changes nothing."""
    always = replace(transform, p=1.0)
    axes = axes_of(transform)
    if len(axes) == 1:
        rungs = {rung.value: rung for rung in _by_value(always, axes[0])}  # whole numbers may coincide
        return [rungs[value] for value in sorted(rungs)]
    if axes:
        return list(_by_share(always, axes))
    return [] if _declared(transform) else list(_by_preset(always))


def _by_value(transform: Transform, axis: Axis) -> Iterator[Rung]:
    ends = [axis.position(end) for pair in intervals(getattr(transform, axis.argument)) for end in pair]
    if math.isinf(axis.neutral):
        width = max(ends) - min(ends) or _WIDTH
        for share in _FROM_FAR:
            yield from _at(transform, axis, max(ends) - share * width, 1, share >= 0)
        return
    for side in (-1, 1):
        furthest = max(side * end for end in ends)
        if furthest > 1e-9:
            for share in SHARES:
                yield from _at(transform, axis, side * share * furthest, side, share <= 1)


def _at(transform: Transform, axis: Axis, position: float, side: int, recipe: bool) -> Iterator[Rung]:
    value = _rounded(axis, position)
    if axis.low <= value <= axis.high:
        made = replace(transform, **{axis.argument: _pinned(transform, axis, value)})
        yield Rung(made, side, side * position, _shown(value, axis), recipe, value)


def _rounded(axis: Axis, position: float) -> float:
    """The value there, as a person would write it."""
    value = float(f"{axis.value(position):.4g}")
    return float(round(value)) if axis.whole else value


def _pinned(transform: Transform, axis: Axis, value: float) -> Any:
    """The value as the argument takes it: a range of one, or the number itself for a fixed argument."""
    kind = next(f.metadata["kind"] for f in fields(transform) if f.name == axis.argument)
    return (value, value) if kind == "span" else value


def _shown(value: float, axis: Axis) -> str:
    if axis.ratio:
        return f"{value:.3f}"
    return f"{value:+.3g}" if axis.neutral == 0 and axis.low < 0 else f"{value:.3g}"


def _by_share(transform: Transform, axes: list[Axis]) -> Iterator[Rung]:
    for share in SHARES:
        try:
            made = replace(transform, **{axis.argument: scaled(transform, axis, share) for axis in axes})
        except ParameterError:
            continue  # beyond what the transform takes
        yield Rung(made, 1, share, f"{share:g}x", share <= 1, share)


def scaled(transform: Transform, axis: Axis, share: float) -> Any:
    """The argument's range at `share` of its distance from neutral, inside the bounds."""
    kept = getattr(transform, axis.argument)
    ends = [axis.position(end) for pair in intervals(kept) for end in pair]
    back = (1 - share) * (max(ends) - min(ends) or _WIDTH)  # where neutral is infinitely far

    def moved(end: float) -> float:
        position = axis.position(end)
        value = _rounded(axis, position - back if math.isinf(axis.neutral) else share * position)
        return min(axis.high, max(axis.low, value))

    pairs = [[moved(end) for end in pair] for pair in intervals(kept)]
    if isinstance(kept, int | float):
        return pairs[0][0]
    return pairs if len(pairs) > 1 else pairs[0]


def _by_preset(transform: Transform) -> Iterator[Rung]:
    """Light, medium and strong; the recipe's own arguments above them, or as the preset that they equal."""
    own = {f.name: getattr(transform, f.name) for f in fields(transform)}
    named = [name for name in STRENGTHS if name in transform.presets]
    equal = [name for name in named if _equals(own, transform.presets[name].arguments)]
    for strength, name in enumerate(named, start=1):
        made = replace(transform, **transform.presets[name].arguments)
        yield Rung(made, 1, float(strength), name, name in equal[-1:])
    if not equal:
        yield Rung(transform, 1, float(len(named) + 1), OWN, True)


def _equals(own: dict[str, Any], arguments: Mapping[str, Any]) -> bool:
    return all(_same(own[key], value) for key, value in arguments.items())


def _same(one: Any, other: Any) -> bool:
    def listed(value: Any) -> Any:
        return [listed(item) for item in value] if isinstance(value, list | tuple) else value

    return listed(one) == listed(other)
