"""Expected time of a plan."""

from __future__ import annotations

import time

import pytest

from recipes import load_recipe
from recipes.copying import Copier
from recipes.plan import make_plan
from recipes.timing import expected_seconds


def test_the_time_of_a_copy_times_their_number(tones, lively, tone_folder, monkeypatch):
    recipe = load_recipe(lively)
    plan = make_plan(tones, recipe)
    call = Copier.__call__

    def slow(self, *args, **options):
        time.sleep(0.05)
        return call(self, *args, **options)

    monkeypatch.setattr(Copier, "__call__", slow)
    before = sorted(tone_folder.rglob("*"))
    assert expected_seconds(tones, recipe, plan) == pytest.approx(21 * 0.05, rel=0.5)
    assert expected_seconds(tones, recipe, plan, workers=2) == pytest.approx(21 * 0.025, rel=0.5)
    assert sorted(tone_folder.rglob("*")) == before


def test_nothing_to_do_takes_no_time(tones, lively):
    lively["balance"]["target"] = {"ratio": 0.1}
    recipe = load_recipe(lively)
    assert expected_seconds(tones, recipe, make_plan(tones, recipe)) == 0
