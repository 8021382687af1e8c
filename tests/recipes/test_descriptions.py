from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from augment.parameters import ParameterError
from augment.transform import transform_names
from recipes.descriptions import Argument, describe, describe_all, flow

ROOT = Path(__file__).parents[2]


def test_a_transform_tells_what_it_takes():
    one = describe("speed")
    assert (one.modality, one.once_a_speaker) == ("audio", True)
    assert Argument("factor", "[0.9, 1.1]", "range within 0.5 to 2 times the speed") in one.arguments
    assert Argument("scope", "utterance", "utterance, speaker") in one.arguments
    assert one.presets["voice"] == {"factor": [[0.9, 0.96], [1.04, 1.1]]}
    assert one.summary.endswith(".")


def test_words_and_fixed_arguments():
    found = {argument.name: argument for argument in describe("pitch_shift").arguments}
    assert found["formants"] == Argument("formants", "keep", "keep, move")
    assert found["semitones"].allowed == "range within -12 to 12 semitones"
    assert "or a list" in {a.name: a for a in describe("add_noise").arguments}["color"].allowed


def test_another_librarys():
    one = describe("audiomentations.Gain")
    assert Argument("min_gain_db", "-12", "") in one.arguments
    assert not one.presets


def test_an_unknown_one_names_the_nearest():
    with pytest.raises(ParameterError, match="did you mean pitch_shift"):
        describe("pitch_shfit")


def test_all_are_described():
    assert sorted(one.name for one in describe_all()) == transform_names()
    assert all(one.summary.strip(".") for one in describe_all())


def test_flow():
    assert flow({"a": [1.0, None], "b": True, "c": "x"}) == "{a: [1, null], b: true, c: x}"


def test_the_page_of_the_docs_is_what_the_code_says():
    spec = importlib.util.spec_from_file_location("list_transforms", ROOT / "scripts" / "list_transforms.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (ROOT / "docs" / "transforms.md").read_text(encoding="utf-8")
    assert written == module.page(), "run python scripts/list_transforms.py"
