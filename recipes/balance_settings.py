"""The `balance` section: how many copies there shall be, and of which utterances."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, field_serializer, field_validator

from recipes.fields import Faulty, Section, empty_if_null, number, shown
from recipes.suggest import did_you_mean

Target = str | dict[str, Any]  # "majority", or one key of balancer.targets.BOUNDS with its number
Axis = Literal["label", "speaker", "gender", "corpus", "language"]
BUDGETS: dict[str, tuple[float, float, bool, str]] = {  # as balancer.targets.BOUNDS
    "hours": (0, 100_000, False, "of sound in the copies"),
    "utterances": (0, math.inf, True, "copies in all"),
}
A_BUDGET = "one of {hours: …}, {utterances: …}"
ONE_OF = "majority, or one of {ratio: …}, {count: …}, {factor: …}, {copies: …}, {entropy: …}"


def check_target(value: Any) -> Target:
    """`majority`, or a map of one key to a number within the bounds that `balancer.targets` has for it.

    Raises
    ------
    pydantic.ValidationError : with places relative to `target`.
    """
    from balancer.targets import BOUNDS

    return value if value == "majority" else _one_number(value, "target", BOUNDS, ONE_OF, ["majority"])


def check_budget(value: Any) -> dict[str, Any] | None:
    """One of hours and utterances, with its number; None is no budget.

    Raises
    ------
    pydantic.ValidationError : with places relative to `budget`.
    """
    return None if value is None else _one_number(value, "budget", BUDGETS, A_BUDGET)


class ClassBalance(Section):
    """What one class is balanced by, in place of what holds for all; only what is given counts."""

    target: Annotated[Target | None, BeforeValidator(lambda v: v if v is None else check_target(v))] = Field(
        None, description=ONE_OF
    )
    max_copies: int | None = number(None, 1, 10_000, "copies of one utterance")

    def given(self) -> dict[str, Any]:
        """Only what is given; a null for `max_copies` lifts the limit."""
        kept = self.model_dump(mode="json", exclude_unset=True)
        return {key: value for key, value in kept.items() if value is not None or key == "max_copies"}


class Undersample(Section):
    """What is left out of large classes, so that none has more than `imbalance_ratio` times the smallest."""

    imbalance_ratio: float = number(..., 1, 10_000, "times the smallest class, copies included")
    by: Literal["redundancy", "random"] = "redundancy"


class BalanceSettings(Section):
    """How many copies (`target`), at most how many of one utterance, and which utterances come first."""

    target: Annotated[Target, BeforeValidator(check_target)] = Field(description=ONE_OF)
    max_copies: int | None = number(None, 1, 10_000, "copies of one utterance")
    spread: Literal["even", "speaker", "hardest"] = "speaker"
    budget: Annotated[dict[str, Any] | None, BeforeValidator(check_budget)] = Field(
        None, description=A_BUDGET
    )
    axes: list[Axis] = Field(default_factory=lambda: ["label"])
    undersample: Undersample | None = None
    per_class: Annotated[dict[str, ClassBalance], BeforeValidator(empty_if_null)] = Field(
        default_factory=dict
    )

    @field_validator("axes")
    @classmethod
    def _label_once(cls, axes: list[str]) -> list[str]:
        faulty = Faulty()
        if "label" not in axes:
            faulty.add((), f"{', '.join(axes) or 'nothing'} leaves the classes out; add label")
        for place, axis in enumerate(axes):
            if axis in axes[:place]:
                faulty.add((place,), f"{axis} stands there twice")
        faulty.raise_if_any()
        return axes

    @field_serializer("per_class")
    def _only_what_is_given(self, per_class: dict[str, ClassBalance]) -> dict[str, Any]:
        return {label: own.given() for label, own in per_class.items()}


def _one_number(
    value: Any, what: str, bounds: Mapping[str, tuple], one_of: str, words: Sequence[str] = ()
) -> dict[str, Any]:
    """A map of one key of `bounds` to a number within them; `words` are what may stand there instead."""
    faulty = Faulty()
    if not isinstance(value, dict):
        hint = did_you_mean(value, words) if isinstance(value, str) else ""
        faulty.add((), f"{shown(value)} is no {what}{hint or f'; give {one_of}'}")
    elif len(value) != 1:
        given = " and ".join(map(str, value)) or "nothing"
        faulty.add((), f"gives {given}; a {what} is {one_of}")
    else:
        ((key, amount),) = value.items()
        if key not in bounds:
            hint = did_you_mean(key, bounds) or f"; give {one_of}"
            faulty.add((key,), f"no {what} is called {key!r}{hint}", key=True)
        elif not _within(amount, *bounds[key][:3]):
            faulty.add((key,), f"{shown(amount)} is not {_allowed(*bounds[key])}")
    faulty.raise_if_any()
    return value


def _within(amount: Any, low: float, high: float, whole: bool) -> bool:
    if isinstance(amount, bool) or not isinstance(amount, int if whole else int | float):
        return False
    return low <= amount <= high and math.isfinite(amount)


def _allowed(low: float, high: float, whole: bool, meaning: str) -> str:
    span = f"from {low:g} to {high:g}" if math.isfinite(high) else f"from {low:g}"
    return f"{'a whole number' if whole else 'a number'} {span} ({meaning})"
