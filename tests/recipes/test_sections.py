from typing import Literal

import catalogue
import pytest
from pydantic import BaseModel, ConfigDict, Field, model_validator

from recipes import RecipeError, load_recipe
from recipes.sections import sections


class Toy(BaseModel):
    model_config = ConfigDict(extra="forbid")

    mels: int = Field(64, ge=8, le=128, description="mel bands, 20 Hz to 8 kHz")
    normalise: Literal["speaker", "corpus"] = Field("speaker", description="whose mean")
    length: int | Literal["auto"] = Field("auto", description="frames")

    @model_validator(mode="after")
    def _even(self):
        if self.mels % 2:
            raise ValueError(f"mels: {self.mels} is odd")
        return self


@pytest.fixture
def toy(monkeypatch):
    monkeypatch.setattr(sections, "entry_points", False)
    monkeypatch.setitem(catalogue.REGISTRY, (*sections.namespace, "features"), Toy)


def faults(features, overrides=()):
    with pytest.raises(RecipeError) as caught:
        load_recipe({"features": features}, overrides)
    return [str(fault).removeprefix("the dict given: ") for fault in caught.value.faults]


@pytest.mark.usefixtures("toy")
class TestKnownSection:
    def test_is_validated_with_the_rest(self):
        given = {"mels": 4, "normalise": "spaeker", "mel": 3}
        assert faults(given, ["train.epochs=0"]) == [
            "features.mels: 4 is not a whole number from 8 to 128 (mel bands, 20 Hz to 8 kHz)",
            "features.normalise: 'spaeker' is not one of speaker, corpus; did you mean speaker?",
            "features.mel: is no key of features; did you mean mels?",
            "--set train.epochs=0: train.epochs: 0 is not a whole number from 1 to 1000 epochs",
        ]

    def test_the_members_of_a_union_are_one_fault(self):
        assert faults({"length": "long"}) == [
            "features.length: 'long' is not a whole number (frames) or one of auto"
        ]

    def test_its_own_checks_speak_for_themselves(self):
        assert faults({"mels": 11}) == ["features: mels: 11 is odd"]

    def test_is_kept_as_it_was_given(self):
        recipe = load_recipe({"features": {"mels": 32}})
        assert recipe.features == {"mels": 32}
        assert load_recipe(recipe.dump()) == recipe

    def test_a_key_of_it_may_be_removed(self):
        assert (
            load_recipe({"features": {"mels": 32}}, ["~features.mels", "~features.normalise"]).features == {}
        )
        assert faults({}, ["~features.mell"]) == [
            "--set ~features.mell: features.mell: there is no features.mell to remove; did you mean mels?"
        ]


def test_a_section_that_nobody_knows_stays_a_plain_map(monkeypatch):
    monkeypatch.setattr(sections, "entry_points", False)
    monkeypatch.delitem(catalogue.REGISTRY, (*sections.namespace, "model"), raising=False)
    assert load_recipe({"model": {"anything": [1, {"b": None}]}}).model == {"anything": [1, {"b": None}]}
    assert load_recipe({"model": None}).model == {}


def test_the_entry_point_group_is_the_documented_one():
    assert sections.entry_point_namespace == "merhan_balance.sections"
