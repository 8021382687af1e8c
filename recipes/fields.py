"""What the sections of a recipe are made of: strict models, bounded numbers, many faults at once."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError


class Section(BaseModel):
    """A map of a recipe: no other keys than its own, no silent conversion (`true` is no number)."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, allow_inf_nan=False)


def number(
    default: Any, low: float, high: float, unit: str, *, above: bool = False, below: bool = False
) -> Any:
    """A field from `low` to `high`; `above` and `below` leave the bounds themselves out."""
    bounds = {"gt" if above else "ge": low, "lt" if below else "le": high}
    return Field(default, json_schema_extra={"unit": unit}, **bounds)


class Faulty:
    """Collects what is wrong inside one field, so that a validator reports all of it at once."""

    def __init__(self) -> None:
        self._details: list[InitErrorDetails] = []

    def add(self, loc: tuple[int | str, ...], message: str, *, key: bool = False) -> None:
        """`loc` is relative to the field; `key` says that the key is wrong, not what stands under it."""
        kind = "recipe_key" if key else "recipe_value"
        error = PydanticCustomError(kind, "{message}", {"message": message})
        self._details.append(InitErrorDetails(type=error, loc=loc, input=None))

    def __bool__(self) -> bool:
        return bool(self._details)

    def raise_if_any(self) -> None:
        """Raise them together; pydantic puts the field's own place in front of each."""
        if self._details:
            raise ValidationError.from_exception_data("recipe", self._details)


def empty_if_null(value: Any) -> Any:
    """A section whose keys are all commented out is an empty one."""
    return {} if value is None else value


def list_if_null(value: Any) -> Any:
    """A list whose items are all commented out is an empty one."""
    return [] if value is None else value


def shown(value: Any) -> str:
    """A value as a person would write it in YAML, on one line and not too long."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "…"
