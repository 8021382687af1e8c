"""Turn a corpus into a balanced corpus, as a recipe says.

Names are imported when they are first asked for (PEP 562), so that listing recipes costs no more than that.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recipes.corpus.corpus import Corpus, Utterance
    from recipes.equip import equip
    from recipes.errors import CorpusError, Fault, RecipeError
    from recipes.library import copy_recipe, list_recipes, load_recipe, recipe_names, recipe_path
    from recipes.materialise import materialise
    from recipes.online import AugmentedDataset
    from recipes.oversampler import AugmentationOverSampler
    from recipes.plan import make_plan
    from recipes.plan_table import read_plan
    from recipes.pool import pool_of
    from recipes.schema import Recipe
    from recipes.voices import voices

_HOME = {
    "AugmentationOverSampler": "oversampler",
    "AugmentedDataset": "online",
    "Corpus": "corpus.corpus",
    "CorpusError": "errors",
    "Fault": "errors",
    "Recipe": "schema",
    "RecipeError": "errors",
    "Utterance": "corpus.corpus",
    "copy_recipe": "library",
    "equip": "equip",
    "list_recipes": "library",
    "load_recipe": "library",
    "make_plan": "plan",
    "pool_of": "pool",
    "materialise": "materialise",
    "read_plan": "plan_table",
    "recipe_names": "library",
    "recipe_path": "library",
    "voices": "voices",
}

__all__ = [
    "AugmentationOverSampler",
    "AugmentedDataset",
    "Corpus",
    "CorpusError",
    "Fault",
    "Recipe",
    "RecipeError",
    "Utterance",
    "copy_recipe",
    "equip",
    "list_recipes",
    "load_recipe",
    "make_plan",
    "materialise",
    "pool_of",
    "read_plan",
    "recipe_names",
    "recipe_path",
    "voices",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """Importing recipes/materialise.py would bind the module to the name of the function in it."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
