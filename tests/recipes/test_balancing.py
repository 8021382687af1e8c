"""Budgets, classes with settings of their own, several axes: from a recipe to a plan and to a corpus."""

from __future__ import annotations

from dataclasses import replace

import pytest

from recipes import RecipeError, load_recipe, materialise
from recipes.plan import Spent, make_plan


def plan_of(corpus, recipe):
    return make_plan(corpus, load_recipe(recipe))


def test_a_budget_of_utterances_goes_to_the_smallest_classes(tones, lively):
    lively["balance"]["budget"] = {"utterances": 5}
    plan = plan_of(tones, lively)
    assert plan.after == {"fear": 7, "joy": 7, "neutral": 15}
    assert plan.spent == Spent("utterances", 5, 5, {"fear": 8, "joy": 8})
    assert plan.missed == {"fear": 8, "joy": 8}


def test_a_budget_of_hours_is_of_the_sound_in_the_copies(tones, lively):
    lively["balance"]["budget"] = {"hours": 7.4 * 0.4 / 3600}  # every utterance lasts 0.4 s
    plan = plan_of(tones, lively)
    assert plan.total == 7
    assert plan.spent.used == pytest.approx(7 * 0.4 / 3600)
    lively["augment"]["pairs"] = [{"copy_paste": {"partners": 1, "max_seconds": 1.0}}]  # lasts twice as long
    assert plan_of(tones, lively).total == 3


def test_hours_of_a_corpus_without_sound_are_refused(tones, lively):
    lively["balance"]["budget"] = {"hours": 1}
    with pytest.raises(
        RecipeError, match=r"balance.budget.hours: no training row has sound; give utterances"
    ):
        plan_of(tones.replace(replace(u, audio="") for u in tones), lively)


def test_a_budget_that_suffices_changes_nothing(tones, lively):
    free = plan_of(tones, lively)
    lively["balance"]["budget"] = {"utterances": 21}
    plan = plan_of(tones, lively)
    assert plan.copies.tolist() == free.copies.tolist()
    assert plan.spent == Spent("utterances", 21, 21, {})


def test_a_class_has_its_own_target_and_limit(tones, lively):
    lively["balance"]["per_class"] = {"fear": {"target": {"count": 20}, "max_copies": 5}}
    plan = plan_of(tones, lively)
    assert plan.after == {"fear": 18, "joy": 15, "neutral": 15}
    assert plan.missed == {"fear": 2}
    lively["balance"]["max_copies"] = 1
    lively["balance"]["per_class"] = {"fear": {"max_copies": None}}
    assert plan_of(tones, lively).after == {"fear": 15, "joy": 12, "neutral": 15}


def test_a_class_that_the_corpus_lacks_is_refused_with_the_nearest(tones, lively):
    lively["balance"]["per_class"] = {"feer": {"max_copies": 2}}
    with pytest.raises(
        RecipeError, match=r"balance.per_class.feer: the corpus has no such class; did you mean fear"
    ):
        plan_of(tones, lively)


def test_over_several_axes_cells_reach_the_target(tones, lively):
    rows = [u for u in tones if u.id not in ("anna-fear-0", "ben-joy-1")]
    lively["balance"] |= {"axes": ["label", "speaker"], "target": {"ratio": 0.6}}
    plan = plan_of(tones.replace(rows), lively)
    assert plan.cells["fear × ben"] == (1, 3)
    assert plan.cells["joy × ben"] == (1, 3)
    assert plan.cells["neutral × cleo"] == (5, 5)
    assert plan.empty == ("fear × anna",)
    assert plan.missed == {}
    lively["balance"]["per_class"] = {"fear": {"max_copies": 1}}
    assert plan_of(tones.replace(rows), lively).missed == {"fear × ben": 1, "fear × cleo": 1}


def test_what_the_copies_tie_classes_to_is_said(tones, lively, tmp_path):
    rows = [u for u in tones if u.id not in ("anna-fear-0", "ben-fear-0")]
    plan = plan_of(tones.replace(rows), lively)
    sentences = plan.confounding.sentences()
    assert sentences[0] == "100 % of fear's rows come from speaker cleo (1 of 1 originals)."
    assert sentences[1].startswith("The copies tie the class closer to the speaker: Cramér's V ")
    assert sentences[1].endswith("even it out too with balance.axes: [label, speaker].")
    made = materialise(tones.replace(rows), lively, tmp_path / "out")
    assert set(sentences) <= set(made.corpus.notes)
    assert plan_of(tones, lively).confounding.sentences() == []


def test_a_written_corpus_keeps_to_the_budget_and_to_the_limits(tones, lively, tmp_path):
    lively["balance"] |= {"budget": {"utterances": 10}, "per_class": {"fear": {"max_copies": 1}}}
    made = materialise(tones, lively, tmp_path / "out")
    assert made.copies == plan_of(tones, lively).total == 10
    assert made.after["fear"] == 6
    assert made.missed == {"fear": 9, "joy": 2}


def test_the_budget_replaces_another_budget():
    assert load_recipe(
        {"extends": "minority_boost", "balance": {"budget": {"hours": 1}}}, ["balance.budget.utterances=3"]
    ).balance.budget == {"utterances": 3}
