"""Rows of large classes left out of training, never of the corpus."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
import pytest

from recipes import AugmentedDataset, load_recipe, make_plan, materialise
from recipes.redundancy import band_levels, vectors_of


def with_cut(lively, ratio, by="redundancy", **balance):
    lively["balance"] |= {"undersample": {"imbalance_ratio": ratio, "by": by}, **balance}
    return load_recipe(lively)


def test_no_class_has_more_than_so_many_times_the_smallest(tones, lively):
    plan = make_plan(tones, with_cut(lively, 2, target={"factor": 1}))
    assert plan.after == {"fear": 3, "joy": 6, "neutral": 6}
    assert plan.left_out == {"neutral": 9}
    assert (plan.total, plan.missed) == (0, {})
    kept = Counter(
        row.speaker for row, n in zip(plan.rows, plan.uses, strict=True) if n and row.label == "neutral"
    )
    assert kept == {"anna": 2, "ben": 2, "cleo": 2}


def test_the_smallest_counts_with_its_copies_and_nothing_is_copied_to_be_left_out(tones, lively):
    plan = make_plan(tones, with_cut(lively, 1.5, target={"ratio": 0.8}, max_copies=2))
    # fear reaches 9 of 12 by max_copies: 13.5, rounded up, is the most
    assert plan.after == {"fear": 9, "joy": 12, "neutral": 14}
    assert plan.missed == {"fear": 3}
    plan = make_plan(tones, with_cut(lively, 1, target={"ratio": 0.8}, max_copies=2))
    assert plan.after == {"fear": 9, "joy": 9, "neutral": 9}
    assert plan.missed == {"fear": 3, "joy": 3}
    assert plan.by_class == {"fear": 6, "joy": 3, "neutral": 0}


def test_rows_that_say_the_same_go_first(tones, lively):
    same = ("anna-neutral-1", "anna-neutral-2", "anna-neutral-3")
    text = tones.by_id["anna-neutral-0"].text
    rows = [replace(u, text=text) if u.id in same else u for u in tones]
    plan = make_plan(tones.replace(rows), with_cut(lively, 2, target={"factor": 1}))
    kept = {row.id for row, n in zip(plan.rows, plan.uses, strict=True) if n}
    assert "anna-neutral-4" in kept
    assert len(kept & {"anna-neutral-0", *same}) == 1


def test_by_random_depends_on_the_seed_alone(tones, lively):
    recipe = with_cut(lively, 2, "random", target={"factor": 1})
    plans = [make_plan(tones, recipe, seed).uses.tolist() for seed in (0, 0, 1)]
    assert plans[0] == plans[1] != plans[2]


def test_the_majority_is_never_cut_unless_asked(tones, lively):
    assert make_plan(tones, load_recipe(lively)).uses.all()


def test_rows_left_out_stay_in_the_corpus_and_out_of_training(tones, lively, tmp_path):
    recipe = with_cut(lively, 1, max_copies=2)
    lively["augment"]["pairs"] = [{"copy_paste": {"partners": 1, "p": 1.0}}]
    made = materialise(tones, lively, tmp_path / "out")
    plan = make_plan(tones, recipe)
    assert made.before == plan.before == {"fear": 3, "joy": 6, "neutral": 15}
    assert made.after == plan.after == {"fear": 9, "joy": 9, "neutral": 9}
    assert made.left_out == {"neutral": 6}
    assert (made.missed, made.copies) == ({"fear": 6, "joy": 6}, 9)
    assert "Left out of training, and kept in the corpus without a split: 6 of neutral." in made.corpus.notes
    out = [u.id for u in made.corpus if not u.split]
    assert out == [row.id for row, n in zip(plan.rows, plan.uses, strict=True) if not n]
    assert {u.id for u in made.corpus if not u.is_copy} == {u.id for u in tones}
    assert not any(set(out) & u.made_of for u in made.corpus)  # nor partners of those that stay
    again = materialise(tones, lively, tmp_path / "out")
    assert (again.done_before, again.before, again.left_out) == (True, made.before, made.left_out)
    online = AugmentedDataset(tones, lively)
    assert Counter(u.id for u in online.rows) == Counter(
        u.source_id or u.id for u in made.corpus.select("train")
    )


def test_without_words_it_is_the_sound_that_counts(tones):
    rows = [replace(u, text="") for u in tones.select("train")][:6]
    vectors = vectors_of(tones, rows)
    assert vectors.shape == (6, 17)
    assert np.linalg.norm(vectors[0] - vectors[1]) > 0
    assert vectors_of(tones, [replace(rows[0], audio="")] * 2).tolist() == np.zeros((2, 17)).tolist()


def test_levels_are_of_their_bands():
    time = np.arange(8000) / 8000
    low = band_levels(np.sin(2 * np.pi * 300 * time).astype(np.float32), 8000)
    high = band_levels(np.sin(2 * np.pi * 2400 * time).astype(np.float32), 8000)
    assert int(low[:8].argmax()) == 1  # 200 to 400 Hz
    assert int(high[:8].argmax()) == 4  # 1,600 to 3,200 Hz
    quiet = band_levels(0.1 * np.sin(2 * np.pi * 300 * time), 8000)
    assert low[1] - quiet[1] == pytest.approx(20, abs=0.1)
    assert np.isfinite(band_levels(np.zeros(3, np.float32), 8000)).all()
