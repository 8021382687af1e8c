"""A plan that is saved, edited and replayed."""

from __future__ import annotations

import csv
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from recipes import AugmentedDataset, RecipeError, load_recipe, make_plan, materialise
from recipes.plan_table import read_plan

TARGET = st.one_of(
    st.just("majority"),
    st.integers(0, 20).map(lambda n: {"count": n}),
    st.integers(0, 3).map(lambda n: {"copies": n}),
)


def edited(path, *changes):
    """The table with (row, column, value) changed; row -1 is the last."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row, column, value in changes:
        rows[row][column] = value
    with path.open("w", newline="") as file:
        table = csv.DictWriter(file, rows[0])
        table.writeheader()
        table.writerows(rows)
    return path


def faults(path, corpus, recipe):
    with pytest.raises(RecipeError) as caught:
        make_plan(corpus, load_recipe(recipe), plan=path)
    return [str(fault).removeprefix(str(path)) for fault in caught.value.faults]


@given(target=TARGET, limit=st.integers(1, 6), ratio=st.none() | st.integers(1, 4), seed=st.integers(0, 3))
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_plan_that_was_saved_is_the_plan_again(tones, lively, tmp_path, target, limit, ratio, seed):
    cut = None if ratio is None else {"imbalance_ratio": ratio, "by": "random"}
    lively["balance"] = {"target": target, "max_copies": limit, "undersample": cut}
    recipe = load_recipe(lively)
    plan = make_plan(tones, recipe, seed)
    again = make_plan(tones, load_recipe("minority_boost"), 7, plan=plan.save(tmp_path / "plan.csv"))
    assert again.copies.tolist() == plan.copies.tolist()
    assert again.uses.tolist() == plan.uses.tolist()
    assert (again.before, again.after, again.left_out) == (plan.before, plan.after, plan.left_out)
    assert (again.missed, again.replayed, again.notes) == ({}, True, ())


def test_the_table_is_for_people(tones, lively, tmp_path):
    path = make_plan(tones, load_recipe(lively)).save(tmp_path / "deep" / "plan.csv")
    lines = path.read_text().splitlines()
    assert lines[0] == "id,label,speaker,copies,use,reason"
    assert lines[1] == "anna-neutral-0,neutral,anna,0,1,"
    assert [line for line in lines if line.startswith("ben-fear-0")] == [
        "ben-fear-0,fear,ben,4,1,fear 3 → 15"
    ]


def test_where_nothing_can_be_written_is_said(tones, lively, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(RecipeError, match=r"file/plan.csv can't be written: (Not a directory|File exists)"):
        make_plan(tones, load_recipe(lively)).save(tmp_path / "file" / "plan.csv")


def test_what_a_person_changes_is_what_is_made(tones, lively, tmp_path):
    path = make_plan(tones, load_recipe(lively)).save(tmp_path / "plan.csv")
    edited(path, (0, "copies", "2"), (1, "use", "0"))
    plan = make_plan(tones, load_recipe(lively), plan=path)
    assert (plan.total, plan.left_out) == (23, {"neutral": 1})
    made = materialise(tones, lively, tmp_path / "out", plan=path)
    assert (made.copies, made.left_out, made.missed) == (23, {"neutral": 1}, {})
    assert made.before == {"fear": 3, "joy": 6, "neutral": 15}
    assert made.after == {"fear": 15, "joy": 15, "neutral": 16}
    out = made.corpus.by_id["anna-neutral-1"]
    assert (out.split, out.text) == ("", tones.by_id["anna-neutral-1"].text)
    online = AugmentedDataset(tones, lively, plan=path)
    assert sorted(u.id for u in online.rows) == sorted(
        u.source_id or u.id for u in made.corpus.select("train")
    )


def test_a_changed_plan_is_another_job_and_the_same_one_is_not(tones, lively, tmp_path):
    path = make_plan(tones, load_recipe(lively)).save(tmp_path / "plan.csv")
    materialise(tones, lively, tmp_path / "out", plan=path)
    edited(path, (0, "reason", "mine"))
    assert materialise(tones, lively, tmp_path / "out", plan=path).done_before
    edited(path, (0, "copies", "1"))
    with pytest.raises(ValueError, match="holds the output of another job"):
        materialise(tones, lively, tmp_path / "out", plan=path)


def test_refused_copies_of_a_replayed_plan_are_missed(tones, lively, tmp_path):
    lively["augment"]["audio"] = [{"gain": {"db": [30, 30]}}]  # clips, whatever is drawn
    path = make_plan(tones, load_recipe(lively)).save(tmp_path / "plan.csv")
    made = materialise(tones, lively, tmp_path / "out", plan=path)
    assert (made.copies, made.missed) == (0, {"fear": 12, "joy": 9})


def test_a_spreadsheets_semicolons_and_mark_are_understood(tones, lively, tmp_path):
    path = make_plan(tones, load_recipe(lively)).save(tmp_path / "plan.csv")
    other = tmp_path / "excel.csv"
    other.write_text(
        path.read_text().replace(",1,", ",TRUE,").replace(",TRUE,1,", ",1,TRUE,").replace(",", ";"),
        encoding="utf-8-sig",
    )
    assert read_plan(other).content() == read_plan(path).content()


def test_rows_that_the_table_does_not_name_are_used_and_counted(tones, lively, tmp_path):
    path = tmp_path / "plan.csv"
    path.write_text("id,copies\n\nben-fear-0,3\n")
    plan = make_plan(tones, load_recipe(lively), plan=path)
    assert plan.notes == (f"Training rows that {path} does not name (23): used, without copies.",)
    assert plan.after == {"fear": 6, "joy": 6, "neutral": 15}
    assert plan.uses.all()
    made = materialise(tones, lively, tmp_path / "out", plan=path)
    assert plan.notes[0] in made.corpus.notes


def test_every_fault_has_its_line(tones, lively, tmp_path):
    path = make_plan(tones, load_recipe(lively)).save(tmp_path / "plan.csv")
    edited(path, (0, "copies", "-1"), (1, "copies", "two"), (2, "use", "maybe"), (3, "id", ""))
    edited(path, (4, "id", "anna-neutral-0"), (5, "copies", "1"), (5, "use", "0"))
    assert faults(path, tones, lively) == [
        ":2:4: copies: '-1' is not a whole number from 0 to 10000",
        ":3:4: copies: 'two' is not a whole number from 0 to 10000",
        ":4:5: use: 'maybe' is not 1 (trained on) or 0 (left out)",
        ":5:1: id: is missing",
        ":6:1: id: 'anna-neutral-0' stands in line 2 too",
        ":7:5: use: is 0 and copies is 1: a row that is left out has no copies",
    ]


def test_rows_must_be_training_originals_of_this_corpus(tones, lively, tmp_path):
    path = make_plan(tones, load_recipe(lively)).save(tmp_path / "plan.csv")
    edited(path, (0, "id", "anna-neutrl-0"), (1, "id", "dev-joy"), (2, "label", "joy"), (3, "id", "loose"))
    loose = replace(tones.utterances[3], id="loose", split="")
    assert faults(path, tones.replace([*tones, loose]), lively) == [
        ":2:1: id: the corpus has no 'anna-neutrl-0'; did you mean anna-neutral-0?",
        ":3:1: id: 'dev-joy' is a row of dev; only training originals are copied",
        ":4:2: label: 'joy' is 'neutral' in the corpus; a plan changes no label",
        ":5:1: id: 'loose' is a row without a split; only training originals are copied",
    ]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "plan.csv can't be read: No such file or directory"),
        (
            b"id,copy\n",
            "plan.csv:1: a plan has the columns id, label, .*; copies is missing; did you mean copy?",
        ),
        (b"", "plan.csv:1: a plan has the columns"),
        (b"id,copies\n\xff,1\n", "plan.csv is not UTF-8"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, content, words):
    if content is not None:
        (tmp_path / "plan.csv").write_bytes(content)
    with pytest.raises(RecipeError, match=words):
        read_plan(tmp_path / "plan.csv")


def test_many_faults_are_cut_short(tmp_path):
    path = tmp_path / "plan.csv"
    path.write_text("id,copies\n" + "".join(f"u{n},x\n" for n in range(30)))
    with pytest.raises(RecipeError, match=r"the plan has 30 faults:(?s:.*)… and 10 more") as caught:
        read_plan(path)
    assert len(caught.value.faults) == 30
    assert np.array([fault.line for fault in caught.value.faults]).tolist() == list(range(2, 32))
