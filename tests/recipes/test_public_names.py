import subprocess
import sys

import pytest

import recipes


def test_every_public_name_is_there_and_lazy():
    assert set(recipes.__all__) <= set(dir(recipes))
    assert recipes.load_recipe("baseline").name == "baseline"


def test_an_unknown_name():
    with pytest.raises(AttributeError, match="module 'recipes' has no attribute 'nope'"):
        recipes.nope  # noqa: B018


def test_the_function_wins_over_its_module_whatever_is_imported_first():
    code = (
        "import recipes.equip, recipes.materialise, recipes.voices\n"
        "from recipes import equip, materialise, voices\n"
        "assert callable(equip) and callable(materialise) and callable(voices)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
