"""What every recipe must be, whoever wrote it: run over all that have a name."""

import re
from pathlib import Path

import pytest

from recipes import list_recipes, load_recipe
from recipes.chains import build_chains, build_gates
from recipes.sources import BUILTIN
from recipes.yaml_marks import to_yaml

ROOT = Path(__file__).parents[2]
EVIDENCE = ROOT / "docs" / "evidence.md"

RECIPES = [info for info in list_recipes() if info.origin != "user"]
BUILT_IN = [info for info in RECIPES if info.origin == "built-in"]


def anchors(markdown):
    """What a heading is called after `#`: lower case, no punctuation, spaces as hyphens."""
    headings = re.findall(r"^#+ (.+)$", markdown, flags=re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading).strip().lower().replace(" ", "-") for heading in headings}


@pytest.fixture(params=RECIPES, ids=lambda info: info.name)
def info(request):
    return request.param


def test_loads_and_says_what_it_is_for(info):
    recipe = load_recipe(info.name)
    assert len(recipe.summary.split()) >= 8
    assert recipe.evidence


def test_builds_its_chains_and_gates(info):
    recipe = load_recipe(info.name)
    for label in (None, *(recipe.augment.per_class if recipe.augment else ())):
        chains = build_chains(recipe, label)
        gates = build_gates(recipe, label)
        for chain in (chains.audio, chains.text):
            assert chain is None or (chain.steps and list(chain.protect) == list(gates.protect))


def test_its_dump_is_the_same_recipe(info, tmp_path):
    recipe = load_recipe(info.name)
    path = tmp_path / "dump.yaml"
    path.write_text(to_yaml(recipe.dump()), encoding="utf-8")
    assert load_recipe(path) == recipe


def test_all_built_in_files_are_listed():
    assert {info.path for info in BUILT_IN} == set(BUILTIN.glob("*"))


@pytest.mark.parametrize("info", BUILT_IN, ids=lambda info: info.name)
class TestBuiltIn:
    def test_is_named_like_its_file_and_opens_with_the_command_that_runs_it(self, info):
        assert load_recipe(info.name).name == info.name == info.path.stem
        first = info.path.read_text(encoding="utf-8").splitlines()[0]
        assert first in (f"# merhan-balance {verb} --recipe {info.name}" for verb in ("train", "augment"))

    def test_cites_its_own_section_of_our_evidence(self, info):
        cited = load_recipe(info.name).evidence
        assert f"docs/evidence.md#{info.name.replace('_', '-')}" in cited

    def test_cites_what_exists(self, info):
        text = EVIDENCE.read_text(encoding="utf-8")
        for source in load_recipe(info.name).evidence:
            file, _, anchor = source.partition("#")
            if anchor:
                assert (ROOT / file) == EVIDENCE
                assert anchor in anchors(text)
            elif source.startswith("arXiv:"):
                assert re.fullmatch(r"arXiv:\d{4}\.\d{4,5}", source)
                assert source in text
            else:
                assert source.split(",")[0].split(" 20")[0] in text  # authors

    def test_says_when_to_take_another(self, info):
        avoid = load_recipe(info.name).avoid_when
        assert avoid == info.avoid_when
        assert avoid.endswith(".")
        assert 10 <= len(avoid) <= 160

    def test_its_summary_is_short(self, info):
        assert info.summary.endswith(".")
        assert len(info.summary) <= 160


def test_pseudo_speakers_is_what_the_evidence_was_measured_with():
    recipe = load_recipe("pseudo_speakers")
    assert recipe.balance.target == {"copies": 4}
    assert (recipe.augment.modalities, recipe.augment.voices) == ("audio", 4)
    assert recipe.augment.audio == [{"speed": {"factor": [[0.90, 0.96], [1.04, 1.10]], "scope": "speaker"}}]
    assert recipe.augment.text == []
    assert recipe.train.class_weights.method == "balanced"


def test_duplicate_has_minority_boosts_plan_and_changes_nothing():
    duplicate, boost = load_recipe("duplicate"), load_recipe("minority_boost")
    assert duplicate.balance == boost.balance
    assert duplicate.train == boost.train
    assert duplicate.augment is None


def test_recipes_that_are_compared_differ_in_what_they_are_about_alone():
    about = {
        "class_weights",
        "loss",
        "head_losses",
        "sampler",
        "stages",
        "contrastive",
        "decouple",
        "resample",
    }
    trains = [load_recipe(info.name).train.model_dump(exclude=about) for info in BUILT_IN]
    assert all(train == trains[0] for train in trains)


def test_recipes_of_copies_weigh_alike():
    trains = {info.name: load_recipe(info.name) for info in BUILT_IN}
    copies = [recipe.train for recipe in trains.values() if recipe.balance]
    assert len(copies) >= 8
    assert all(train == trains["class_weights"].train for train in copies)


def test_choices_are_those_of_the_rooms_below():
    from typing import get_args

    from augment.text.protect import DEFAULT_PROTECT
    from balancer.plan import SPREADS
    from balancer.weights import MAX_POWER, METHODS, NORMALISATIONS
    from recipes.augment_settings import PROTECTED
    from recipes.balance_settings import BalanceSettings
    from recipes.train_settings import WeightSettings

    weights = WeightSettings.model_fields
    assert weights["method"].description == f"one of {', '.join(METHODS)}, or a map of class to weight"
    assert get_args(weights["normalise"].annotation) == NORMALISATIONS
    assert set(get_args(BalanceSettings.model_fields["spread"].annotation)) == set(SPREADS)
    assert tuple(PROTECTED) == tuple(DEFAULT_PROTECT)
    assert WeightSettings(power=MAX_POWER).power == MAX_POWER
