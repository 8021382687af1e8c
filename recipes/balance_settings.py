"""The `balance` section: how many copies there shall be, and of which utterances."""

from __future__ import annotations

import math
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from recipes.fields import Faulty, Section, number, shown
from recipes.suggest import did_you_mean

Target = str | dict[str, Any]  # "majority", or one key of balancer.targets.BOUNDS with its number
ONE_OF = "majority, or one of {ratio: …}, {count: …}, {factor: …}, {copies: …}, {entropy: …}"


def check_target(value: Any) -> Target:
    """`majority`, or a map of one key to a number within the bounds that `balancer.targets` has for it.

    Raises
    ------
    pydantic.ValidationError : with places relative to `target`.
    """
    from balancer.targets import BOUNDS

    faulty = Faulty()
    if value == "majority":
        return value
    if not isinstance(value, dict):
        hint = did_you_mean(value, ["majority"]) if isinstance(value, str) else ""
        faulty.add((), f"{shown(value)} is no target{hint or f'; give {ONE_OF}'}")
    elif len(value) != 1:
        what = " and ".join(map(str, value)) or "nothing"
        faulty.add((), f"gives {what}; a target is {ONE_OF}")
    else:
        ((key, amount),) = value.items()
        if key not in BOUNDS:
            faulty.add(
                (key,),
                f"no target is called {key!r}{did_you_mean(key, BOUNDS) or f'; give {ONE_OF}'}",
                key=True,
            )
        elif not _within(amount, *BOUNDS[key][:3]):
            faulty.add((key,), f"{shown(amount)} is not {_allowed(*BOUNDS[key])}")
    faulty.raise_if_any()
    return value


class BalanceSettings(Section):
    """How many copies (`target`), at most how many of one utterance, and which utterances come first."""

    target: Annotated[Target, BeforeValidator(check_target)] = Field(description=ONE_OF)
    max_copies: int | None = number(None, 1, 10_000, "copies of one utterance")
    spread: Literal["even", "speaker", "hardest"] = "speaker"


def _within(amount: Any, low: float, high: float, whole: bool) -> bool:
    if isinstance(amount, bool) or not isinstance(amount, int if whole else int | float):
        return False
    return low <= amount <= high and math.isfinite(amount)


def _allowed(low: float, high: float, whole: bool, meaning: str) -> str:
    span = f"from {low:g} to {high:g}" if math.isfinite(high) else f"from {low:g}"
    return f"{'a whole number' if whole else 'a number'} {span} ({meaning})"
