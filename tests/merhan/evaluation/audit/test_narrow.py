from __future__ import annotations

import pytest

from augment.parameters import plain
from augment.transform import find_transform
from merhan.evaluation.audit.kept import Kept
from merhan.evaluation.audit.ladder import axes_of, ladder
from merhan.evaluation.audit.narrow import narrowed, safe_arguments, write_narrowed
from merhan.evaluation.audit.results import Audit, Height, Measured, StepAudit
from merhan.evaluation.audit.steps import steps_of
from recipes import RecipeError, load_recipe

STEADY = Measured(Kept(40, 40, 0.91, 1.0), {}, (), (), 1.0)
MOVING = Measured(Kept(20, 40, 0.35, 0.65), {}, (), ("",), 1.0)


def audited(steps: list, moving: dict[str, set]) -> tuple:
    """A recipe of audio or text steps, and an audit in which the strengths named in `moving` move."""
    text = [step for step in steps if "swap" in str(step) or "delet" in str(step)]
    augment = {"audio": [step for step in steps if step not in text], "text": text}
    recipe = load_recipe({"name": "r", "balance": {"target": "majority"}, "augment": augment})
    found = [
        StepAudit(
            step,
            tuple(axes_of(step.transform)),
            tuple(
                Height(rung, MOVING if rung.shown in moving.get(step.name, ()) else STEADY)
                for rung in ladder(step.transform)
            ),
        )
        for step in steps_of(recipe)
    ]
    return recipe, Audit("r", 0.9, 100, 4, ("a", "b"), {}, tuple(found), {})


def after(step, moving: set):
    ((name, _),) = step.items()
    _, found = audited([step], {name: moving})
    return safe_arguments(found.steps[0])


GAP = {"pitch_shift": {"semitones": [[-2, -0.8], [0.8, 2]]}}


@pytest.mark.parametrize(
    ("step", "moving", "expected"),
    [
        (GAP, set(), {}),
        (GAP, {"+3", "-3"}, {}),  # further than it goes
        (GAP, {"+2"}, {"semitones": [[-2, -0.8], [0.8, 1.5]]}),
        (GAP, {"+1.5", "-2"}, {"semitones": [[-1.5, -0.8], [0.8, 1]]}),
        (GAP, {"+1"}, {"semitones": [-2, -0.8]}),  # 0.5 is safe, and the recipe never draws it
        (GAP, {"+0.5", "-0.5"}, None),
        ({"gain": {"db": [-4, 4]}}, {"+1"}, {"db": [-4, 0]}),
        ({"gain": {"db": [-4, 4]}}, {"+1", "-1"}, None),
        ({"gain": {"db": 4}}, {"+4"}, {"db": 3}),
        ({"gain": {"db": -4}}, {"-1"}, None),
        ({"gain": {"db": -4}}, {"-6"}, {}),
        ({"add_noise": {"snr_db": 20}}, {"20"}, {"snr_db": 22.25}),
        ({"add_noise": {"snr_db": 20}}, {"29"}, None),
        ({"time_stretch": {"rate": [0.8, 1.25]}}, {"1.250"}, {"rate": [0.8, 1.182]}),
        ({"add_noise": {"snr_db": [15, 35]}}, {"15", "10"}, {"snr_db": [20, 35]}),
        ({"add_noise": {"snr_db": [15, 35]}}, {"35"}, None),
        ({"random_swap": {"rate": 0.4}}, {"0.4", "0.3"}, {"rate": 0.2}),
        ({"random_swap": {"rate": 0.4}}, {"0.1"}, None),
    ],
)
def test_ranges_are_cut_below_where_it_begins(step, moving, expected):
    assert after(step, moving) == expected


@pytest.mark.parametrize(
    ("given", "moving", "expected"),
    [
        ({"lufs": [-50, -40]}, {"as it is"}, "strong"),
        ({"lufs": [-50, -40]}, {"as it is", "strong"}, "medium"),
        ({"lufs": [-50, -40]}, {"as it is", "light"}, None),
        ({"lufs": [-50, -40]}, {"light", "strong"}, {}),  # it does not move itself
        ("strong", {"strong"}, "medium"),
        ("light", {"light"}, None),
        ("light", {"medium"}, {}),
    ],
)
def test_without_an_order_a_lighter_preset_takes_its_place(given, moving, expected):
    known = find_transform("loudness").presets
    wanted = plain(known[expected].arguments) if isinstance(expected, str) else expected
    assert after({"loudness": given}, moving) == wanted


def test_nothing_stronger_than_where_it_begins_is_safe():
    assert after({"gain": {"db": [0, 8]}}, {"+4"}) == {"db": [0, 2]}  # 6 and 8 kept, by luck


def test_a_recipe_is_written_that_is_narrower_and_valid(tmp_path):
    steps = [
        GAP,
        {"one_of": {"of": ["gain", {"speed": {"factor": [0.9, 1.1]}}]}},
        {
            "some_of": {
                "of": [{"random_swap": {"rate": 0.4}}, {"random_deletion": {"rate": 0.2}}],
                "n": [1, 2],
            }
        },
    ]
    moving = {"pitch_shift": {"+2"}, "gain": {"+1.5", "-1.5"}, "random_swap": {"0.1"}}
    recipe, found = audited(steps, moving)
    path, changes = write_narrowed(recipe, found, tmp_path / "held")
    assert path == tmp_path / "held.yaml"
    written = load_recipe(path)
    assert written.name == "held"
    assert written.augment.audio[0]["pitch_shift"]["semitones"] == [[-2, -0.8], [0.8, 1.5]]
    assert written.augment.audio[1] == {"one_of": {"of": [{"speed": {"factor": [0.9, 1.1]}}]}}
    assert written.augment.text == [{"some_of": {"of": [{"random_deletion": {"rate": 0.2}}], "n": [1, 1]}}]
    assert written.train == recipe.train
    assert [str(change) for change in changes] == [
        "pitch_shift: semitones [[-2, -0.8], [0.8, 2]] becomes semitones [[-2, -0.8], [0.8, 1.5]]",
        "gain (db [-6.0, 6.0]) is left out: no strength of its range keeps the decisions",
        "random_swap (rate 0.4) is left out: no strength of its range keeps the decisions",
    ]
    assert "#   gain (db" in path.read_text()
    with pytest.raises(RecipeError, match="exists already; give another name, or --force"):
        write_narrowed(recipe, found, path)
    write_narrowed(recipe, found, path, force=True)
    assert [file.name for file in tmp_path.iterdir()] == ["held.yaml"]


def test_a_recipe_that_loses_everything_is_still_valid(tmp_path):
    recipe, found = audited([{"one_of": {"of": ["gain"]}}], {"gain": {"+1.5", "-1.5"}})
    path, _ = write_narrowed(recipe, found, tmp_path / "nothing.yaml")
    assert load_recipe(path).augment.audio == []


def test_steps_that_were_not_judged_stay():
    recipe, found = audited(["gain"], {"gain": {"+1.5", "-1.5"}})
    weak = [StepAudit(step.step, step.axes, step.heights, "words hardly tell") for step in found.steps]
    values, changes = narrowed(recipe, Audit("r", 0.9, 1, 2, (), {}, tuple(weak), {}))
    assert (values["augment"], changes) == (recipe.dump()["augment"], [])
