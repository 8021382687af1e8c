"""What --dry-run shows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from recipes import RecipeError, load_recipe
from recipes.plan import make_plan


def plan_of(corpus, recipe, **changes):
    return make_plan(corpus, load_recipe(recipe), **changes)


def test_copies_by_class_and_speaker(tones, lively):
    plan = plan_of(tones, lively)
    assert [row.id for row in plan.rows] == [u.id for u in tones.select("train")]
    assert plan.total == 21
    assert plan.before == {"fear": 3, "joy": 6, "neutral": 15}
    assert plan.after == {"fear": 15, "joy": 15, "neutral": 15}
    assert plan.by_class == {"fear": 12, "joy": 9, "neutral": 0}
    assert sum(plan.by_speaker.values()) == 21
    assert max(plan.by_speaker.values()) - min(plan.by_speaker.values()) <= 1  # dealt out in turn
    assert plan.missed == {}


def test_minutes_and_bytes_are_of_new_sound(tones, lively):
    plan = plan_of(tones, lively)
    assert plan.minutes == pytest.approx(21 * 0.4 / 60)
    assert plan.size == pytest.approx(21 * 0.4 * 8000 * 2 * 0.55, rel=0.01)
    half = plan_of(tones.replace(replace(u, start=0.1, end=0.3) for u in tones), lively)
    assert half.minutes == pytest.approx(21 * 0.2 / 60)
    lively["augment"]["modalities"] = "text"
    assert (plan_of(tones, lively).minutes, plan_of(tones, lively).size) == (0, 0)


def test_joined_sounds_are_longer(tones, lively):
    lively["augment"]["pairs"] = [{"copy_paste": {"partners": [1, 3], "max_seconds": 1.0, "p": 0.5}}]
    assert plan_of(tones, lively).minutes == pytest.approx(21 * (0.4 + 0.5 * 0.6) / 60)
    lively["augment"]["pairs"] = [
        {"one_of": {"of": [{"copy_paste": {"partners": 1}}, {"copy_paste": {"p": 0}}]}}
    ]
    assert plan_of(tones, lively).minutes == pytest.approx(21 * 0.6 / 60)


def test_the_seed_settles_who_is_copied(tones, lively):
    lively["balance"]["target"] = {"ratio": 0.5}
    plans = [tuple(plan_of(tones, lively, seed=seed).copies) for seed in range(6)]
    assert len(set(plans)) > 1
    assert plans[3] == tuple(plan_of(tones, lively, seed=3).copies)


def test_what_max_copies_keeps_from_being_reached_is_said(tones, lively):
    lively["balance"]["max_copies"] = 2
    plan = plan_of(tones, lively)
    assert plan.missed == {"fear": 6}
    assert int(plan.copies.max()) == 2


def test_hardest_needs_losses(tones, lively):
    lively["balance"] |= {"spread": "hardest", "target": {"ratio": 0.5}}
    with pytest.raises(RecipeError, match="recipe lively: balance: spread 'hardest' needs losses="):
        plan_of(tones, lively)
    losses = {u.id: float(u.id == "ben-joy-1") for u in tones}
    plan = plan_of(tones, lively, losses=losses)
    joys = [i for i, row in enumerate(plan.rows) if row.label == "joy"]
    assert plan.rows[joys[int(np.argmax(plan.copies[joys]))]].id == "ben-joy-1"


def test_a_balanced_corpus_needs_nothing(tones, lively):
    lively["balance"]["target"] = {"ratio": 0.2}
    plan = plan_of(tones, lively)
    assert (plan.total, plan.after) == (0, plan.before)
