import re

import pytest

from recipes import list_recipes, load_recipe
from recipes.allowed import keys_at
from recipes.explained import explained, words_at
from recipes.glossary import GLOSSARY
from recipes.marks import plain
from recipes.sources import find_source
from recipes.yaml_marks import read_marked, to_yaml

BUILT_IN = [info.name for info in list_recipes() if info.origin == "built-in"]
TEXTS = {
    "file": lambda name: find_source(name).text(),
    "resolved": lambda name: to_yaml(load_recipe(name).dump()),
}


@pytest.mark.parametrize("form", TEXTS)
@pytest.mark.parametrize("name", BUILT_IN)
def test_every_key_of_a_built_in_recipe_has_words_and_the_recipe_stays_the_same(name, form):
    text = TEXTS[form](name)
    said = explained(text, name)
    assert plain(read_marked(said, name)) == plain(read_marked(text, name))
    above = ""
    for line in said.splitlines():
        key = line.split("#")[0].strip().removeprefix("- ")
        if re.match(r"[a-z_]+:( |$)", key):
            assert " #" in line or above.strip().startswith("#"), line
        above = line


def test_every_key_that_a_recipe_may_have_is_explained():
    unknown = [key for key in keys_at((), deep=True) if not words_at(tuple(key.split(".")))]
    assert unknown == []


def test_nothing_is_explained_that_does_not_exist():
    known = {*keys_at((), deep=True), "extends", "one_of", "some_of", "of", "n", "p", "scope", "preset"}
    inside = ("balance.target.", "balance.budget.", "train.stages.")  # maps without a model of their own
    assert [key for key in GLOSSARY if key not in known and not key.startswith(inside)] == []


def test_steps_presets_and_options_speak_for_themselves():
    text = (
        "augment:\n"
        "  audio:\n"
        "    - gain\n"
        "    - speed: voice\n"
        "    - one_of:\n"
        "        of:\n"
        "          - reverb: {rt60: [0.2, 0.3]}\n"
        "  per_class:\n"
        "    fear:\n"
        "      modalities: audio\n"
        "train:\n"
        "  sampler: {name: weighted_random, weights: {fear: 2}}\n"
    )
    lines = explained(text, "mine").splitlines()
    (gain,) = [line for line in lines if "- gain" in line]
    assert gain.split("# ")[1].startswith("multiply by a constant")
    (speed,) = [line for line in lines if "- speed" in line]
    assert "factor: [[0.9, 0.96], [1.04, 1.1]]" in speed.split("# ")[1]
    assert any(line.strip() == "#   rt60: range within 0.05 to 10 s" for line in lines)
    assert any("modalities: audio" in line and "what a copy changes" in line for line in lines)
    assert any("weights: how often the class is drawn" in line for line in lines)


def test_what_the_author_wrote_stays():
    text = "name: mine  # my own word\nsummary: a very long\n  summary\n"
    said = explained(text, "mine")
    assert "name: mine  # my own word\n" in said
    assert plain(read_marked(said, "mine")) == {"name": "mine", "summary": "a very long summary"}


@pytest.mark.parametrize(
    "text",
    [
        'train: {loss: {name: focal, gamma: 2}, epochs: 3, no_consensus: "dr\\\n  op"}\n',
        'train: {no_consensus: "dr\n  op", epochs: 3, loss: {name: focal, gamma: 2}}\n',
        "summary: 'two\u2028lines'\ntrain: {epochs: 3}\n",
        "summary: |+\n  # no comment\n\nevidence: [" + "a, " * 40 + "b]\n",
    ],
)
def test_words_never_become_part_of_a_text_that_goes_on(text):
    assert plain(read_marked(explained(text, "mine"), "mine")) == plain(read_marked(text, "mine"))


def test_a_number_sign_in_a_value_is_no_comment():
    said = explained('summary: "the #1 recipe, really #1"\n', "mine")
    assert said.splitlines()[0].endswith("# what the recipe is for")
