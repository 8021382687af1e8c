"""A recipe of one's own that pairs utterances, from the command line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

RECIPE = """
name: sociable
balance: {target: {copies: 1}}
augment:
  pairs:
    - copy_paste: {max_seconds: 20, partners: 1}
  audio:
    - overlay: medium
    - add_noise: {color: babble, talkers: 3}
"""


@pytest.fixture
def recipe(tmp_path: Path) -> Path:
    path = tmp_path / "sociable.yaml"
    path.write_text(RECIPE)
    return path


def test_augment_writes_it_and_preview_shows_it(command, voices_folder: Path, recipe: Path, tmp_path: Path):
    done = command("augment", "-r", recipe, "-c", voices_folder, "-o", tmp_path / "out", "--json")
    assert done.exit_code == 0, done.stderr
    assert json.loads(done.stdout)["copies"] > 20
    assert command("inspect", "-c", tmp_path / "out", "--leaks").exit_code == 0
    shown = json.loads(command("preview", "-r", recipe, "-c", voices_folder, "-n", 2, "--json").stdout)
    for sample in shown:
        paste, overlay, babble = sample["transforms"]
        assert len(paste["params"]["partners"]) == len(overlay["params"]["partners"]) == 1
        assert len(babble["params"]["partners"]) == 3
        assert sample["seconds"]["after"] > sample["seconds"]["before"]
        assert sample["text"]["before"] in sample["text"]["after"]
    names = " ".join(command("preview", "-r", recipe, "-c", voices_folder, "-n", 1).stdout.split())
    assert f"copy_paste partners {shown[0]['transforms'][0]['params']['partners'][0]}," in names
    assert " + ".join(shown[0]["transforms"][2]["params"]["partners"]) in names


def test_where_such_a_step_belongs_is_said_with_its_line(command, recipe: Path):
    recipe.write_text(RECIPE.replace("  pairs:", "  text:"))
    wrong = command("recipes", "validate", recipe)
    assert wrong.exit_code == 2
    said = " ".join((wrong.stdout + wrong.stderr).split())
    assert "sociable.yaml:6" in said
    assert "copy_paste joins utterances; it belongs under augment.pairs" in said
