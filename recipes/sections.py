"""Sections of a recipe that a higher room validates: `features` and `model`.

merhan's settings models register here, by import or through the entry-point group
`merhan_balance.sections`, so that a wrong word in them is found with all other faults.
"""

from __future__ import annotations

from typing import Any

import catalogue
from pydantic import BaseModel

# One name with a dot: catalogue joins several with "_", and the group is called merhan_balance.sections.
sections = catalogue.create("merhan_balance.sections", entry_points=True)


def section_model(name: str) -> type[BaseModel] | None:
    """The settings model of a section, or None where nobody who knows it is installed."""
    return sections.get(name) if name in sections else None


def check_section(value: Any, name: str) -> dict[str, Any]:
    """The section as it was given, after its model has taken it.

    Raises
    ------
    pydantic.ValidationError : with places relative to the section.
    """
    model = section_model(name)
    if isinstance(value, dict) and model is not None:
        model.model_validate(value)
    return value
