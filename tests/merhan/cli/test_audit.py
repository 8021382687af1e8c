"""`merhan-balance audit` from end to end, on the small corpus of voices."""

from __future__ import annotations

import json

import pytest

from recipes import load_recipe

AUDIO = ("-s", "augment.modalities=audio")


@pytest.fixture(scope="module")
def moving(tmp_path_factory):
    """A recipe that moves pitch a lot and gain a little."""
    path = tmp_path_factory.mktemp("recipes") / "moving.yaml"
    path.write_text(
        "balance: {target: majority}\n"
        "augment:\n"
        "  audio:\n"
        "    - pitch_shift: {semitones: [0, 12], formants: move}\n"
        "    - gain: {db: [-0.1, 0.1]}\n"
    )
    return path


@pytest.fixture(scope="module")
def audited(command, mute_folder, moving, tmp_path_factory):
    """`audit --json --write`; the recipe written."""
    to = tmp_path_factory.mktemp("written") / "held.yaml"
    result = command("audit", "-c", mute_folder, "-r", moving, "-w", to, "--workers", 1, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout), to


def test_json_holds_every_strength_of_every_step(audited):
    facts, _ = audited
    assert (facts["recipe"], facts["keep"], facts["originals"]) == ("moving", 0.9, 26)
    assert facts["classes"] == ["anger", "joy", "neutral"]
    pitch, gain = facts["steps"]
    assert [strength["value"] for strength in pitch["strengths"]] == [
        3,
        6,
        9,
        12,
    ]  # 18 is beyond what it takes
    assert {strength["share"] for strength in gain["strengths"]} == {1.0}
    far = pitch["strengths"][-1]
    assert far["share"] < 0.9
    assert far["moves"][0]["before"] in facts["classes"]
    assert sum(kept["n"] for kept in far["classes"].values()) == far["n"]
    assert facts["judges"]["audio"]["trusted"]
    assert gain["begins"]["all"] == [None, None]
    assert set(facts["whole"]) == {"audio"}


def test_the_recipe_written_is_valid_narrower_and_says_why(audited, command):
    facts, path = audited
    assert facts["written"]["path"] == str(path)
    held = load_recipe(path)
    (first,) = facts["steps"][0]["begins"]["all"]
    assert first is not None
    names = [name for step in held.augment.audio for name in step]
    assert "gain" in names
    if "pitch_shift" in names:
        assert held.augment.audio[0]["pitch_shift"]["semitones"][1] < 12
    assert facts["written"]["changes"][0].startswith("pitch_shift")
    assert command("recipes", "validate", path).exit_code == 0


def test_what_people_see(command, mute_folder, moving):
    result = command("audit", "-c", mute_folder, "-r", moving, "--workers", 1, env={"COLUMNS": "100"})
    assert result.exit_code == 0, result.output
    assert "audit of moving" in result.stdout
    assert "moves decisions from" in result.stdout
    assert "no class surely keeps less than 90 %" in result.stdout
    assert all(len(line) <= 100 for line in result.stdout.splitlines())


def test_a_file_that_is_there_is_refused_before_anything_is_heard(command, mute_folder, moving, tmp_path):
    there = tmp_path / "there.yaml"
    there.write_text("mine")
    result = command("audit", "-c", mute_folder, "-r", moving, "-w", there)
    assert result.exit_code == 2
    assert "exists already; give another name, or --force to replace it." in result.stderr
    assert there.read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("-r", "minority_bost"), 2, "minority_boost"),
        (("-r", "class_weights"), 2, "has no step that changes a copy: there is nothing to audit."),
        (("--keep", "2"), 2, "less than or equal to 1"),
        ((*AUDIO, "--columns", "speaker=text"), 1, "no speaker; give the manifest a speaker column"),
    ],
)
def test_faults_are_a_sentence(command, mute_folder, arguments, code, said):
    result = command("audit", "-c", mute_folder, *arguments)
    assert result.exit_code == code
    assert said in " ".join(result.stderr.split())
    assert "Traceback" not in result.output
