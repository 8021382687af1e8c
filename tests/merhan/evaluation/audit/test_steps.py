from __future__ import annotations

from merhan.evaluation.audit.steps import steps_of
from recipes import load_recipe


def recipe(**augment):
    return load_recipe({"name": "r", "balance": {"target": "majority"}, "augment": augment})


def test_containers_are_opened():
    found = steps_of(load_recipe("minority_boost"))
    assert [step.key for step in found] == [
        "augment.audio[0].pitch_shift",
        "augment.audio[1].time_stretch",
        "augment.audio[2].add_noise",
        "augment.text[0].some_of.of[0].synonym_replacement",
        "augment.text[0].some_of.of[1].random_insertion",
        "augment.text[0].some_of.of[2].random_deletion",
        "augment.text[0].some_of.of[3].random_swap",
    ]
    assert [step.voiced for step in found] == [True, True, False] + [False] * 4
    assert found[2].transform.snr_db == [25, 40]


def test_members_of_a_voiced_container_are_drawn_once_a_voice():
    (gain, speed) = steps_of(recipe(audio=[{"one_of": {"of": ["gain", "speed"], "scope": "speaker"}}]))
    assert gain.voiced
    assert speed.transform.scope == "speaker"


def test_steps_of_a_class_are_its_own():
    found = steps_of(recipe(audio=["gain"], per_class={"joy": {"audio": [{"speed": {"p": 0.5}}]}}))
    assert [(step.key, step.label) for step in found] == [
        ("augment.audio[0].gain", None),
        ("augment.per_class.joy.audio[0].speed", "joy"),
    ]


def test_what_never_runs_is_said():
    found = steps_of(recipe(audio=["gain"], text=["random_swap"], modalities="audio"))
    assert [step.unasked for step in found] == ["", "modalities is audio: it never runs"]
    assert steps_of(load_recipe("baseline")) == []
