"""A recipe: the whole experiment as one validated object."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from recipes.augment_settings import AugmentSettings, GateSettings
from recipes.balance_settings import BalanceSettings
from recipes.fields import Section, empty_if_null
from recipes.sections import check_section
from recipes.train_settings import TrainSettings

__all__ = ["AugmentSettings", "BalanceSettings", "GateSettings", "Recipe", "TrainSettings"]


def _section(name: str) -> BeforeValidator:
    return BeforeValidator(lambda value: check_section(empty_if_null(value), name))


class Recipe(Section):
    """Balance, augment, train, and what merhan hears (`features`) and is (`model`).

    `recipes.load_recipe` makes one from a name, a file or a dict, and says what is wrong with places;
    `Recipe(**dict)` makes one too, and raises pydantic's own ValidationError.
    """

    name: str = Field(
        default="recipe",
        pattern=r"^\w[\w.+-]{0,99}$",
        description="a word of letters, digits and _ . + - (output folders are called so)",
    )
    summary: str = ""
    evidence: list[str] = Field(default_factory=list)
    avoid_when: str = ""
    balance: BalanceSettings | None = None
    augment: AugmentSettings | None = None
    train: Annotated[TrainSettings, BeforeValidator(empty_if_null)] = TrainSettings()
    features: Annotated[dict[str, Any], _section("features")] = Field(default_factory=dict)
    model: Annotated[dict[str, Any], _section("model")] = Field(default_factory=dict)

    def dump(self) -> dict[str, Any]:
        """The resolved recipe as plain values: written as YAML it loads again to an equal recipe."""
        return self.model_dump(mode="json")
