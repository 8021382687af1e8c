"""Plans from the command line: saved, edited, replayed; budgets and what they keep back; a run's losses."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from typer.testing import Result

Command = Callable[..., Result]

FACTS = {
    "before", "after", "copies", "missed", "left_out", "speakers", "minutes", "bytes", "seconds", "cells", "empty",
    "budget", "association", "dominated",
}  # fmt: skip


def said(result: Result) -> str:
    return " ".join(result.output.split())


def test_a_plan_is_saved_edited_and_replayed(command: Command, voices_folder: Path, tmp_path: Path) -> None:
    table = tmp_path / "plan.csv"
    words = ("augment", "-r", "minority_boost", "-c", voices_folder, "--dry-run")
    first = command(*words, "--save-plan", table, "--json")
    assert first.exit_code == 0, first.output
    facts = json.loads(first.stdout)
    assert set(facts) == FACTS
    lines = table.read_text().splitlines()
    assert len(lines) == 1 + sum(facts["before"].values())
    again = json.loads(command(*words, "--plan", table, "--json").stdout)
    assert {**again, "seconds": 0} == {**facts, "seconds": 0}

    place = next(n for n, line in enumerate(lines) if line.split(",")[3:5] == ["0", "1"])
    cells = lines[place].split(",")
    table.write_text(
        "\n".join([*lines[:place], ",".join([*cells[:4], "0", "mine"]), *lines[place + 1 :]]) + "\n"
    )
    out = tmp_path / "out"
    made = json.loads(command(*words[:-1], "--plan", table, "-o", out, "--workers", 1, "--json").stdout)
    assert made["left_out"] == {cells[1]: 1}
    assert made["after"][cells[1]] == facts["after"][cells[1]] - 1

    table.write_text(table.read_text().replace(cells[0] + ",", "nobody,"))
    wrong = command(*words, "--plan", table)
    assert wrong.exit_code == 2
    assert f"{table}:{place + 1}:1 id" in said(wrong)
    assert "the corpus has no 'nobody'" in said(wrong)


def test_budget_axes_and_left_out_are_shown(command: Command, voices_folder: Path) -> None:
    words = (
        "augment",
        "-r",
        "minority_boost",
        "-c",
        voices_folder,
        "--dry-run",
        "-s",
        "balance.target=majority",
    )
    budget = command(*words, "-s", "balance.budget.utterances=2")
    assert "budget: 2 of 2 utterances" in said(budget)
    assert "more would reach the target:" in said(budget)
    facts = json.loads(command(*words, "-s", "balance.budget.utterances=2", "--json").stdout)
    assert {**facts["budget"], "kept_back": 0} == {
        "kind": "utterances",
        "limit": 2,
        "used": 2.0,
        "kept_back": 0,
    }
    assert facts["budget"]["kept_back"] == facts["missed"] != {}
    axes = command(*words, "-s", "balance.axes=[label, speaker]", "--json")
    assert all(" × " in name for name in json.loads(axes.stdout)["cells"])
    cut = command(*words, "-s", "balance.target.factor=1", "-s", "balance.undersample.imbalance_ratio=1")
    assert cut.exit_code == 0, cut.output
    assert "left out of training:" in said(cut)
    assert "class goes with speaker" in said(cut)


def test_a_run_s_losses_say_which_rows_are_copied(
    command: Command, voices_folder: Path, finished: Path
) -> None:
    words = ("augment", "-r", "minority_boost", "-c", voices_folder, "--dry-run")
    assert "--losses RUN" in said(command(*words, "-s", "balance.spread=hardest"))
    taken = command(*words, "-s", "balance.spread=hardest", "--losses", finished)
    assert taken.exit_code == 0, taken.output
    idle = command(*words, "--losses", finished)
    assert idle.exit_code == 2
    assert "add --set balance.spread=hardest" in said(idle)
    gone = command(*words, "-s", "balance.spread=hardest", "--losses", finished / "model")
    assert (gone.exit_code, "is no run" in said(gone)) == (1, True)


def test_a_plan_that_nothing_can_follow_is_refused_before_there_is_a_run(
    command: Command, voices_folder: Path, tmp_path: Path
) -> None:
    table, run = tmp_path / "plan.csv", tmp_path / "run"
    words = ("-c", voices_folder, "--plan", table)
    saved = command("augment", "-r", "minority_boost", "-c", voices_folder, "--dry-run", "--save-plan", table)
    assert "dry run: nothing else was written" in said(saved)
    idle = command("train", "-r", "baseline", *words, "-o", run)
    assert (idle.exit_code, "baseline makes no copies: leave --plan" in said(idle)) == (1, True)

    ids = [line.split(",")[0] for line in table.read_text().splitlines()[1:]]
    table.write_text("id,copies\n" + "".join(f"other-{key},1\n" for key in ids))
    other = command("train", "-r", "minority_boost", *words, "-o", run)
    assert other.exit_code == 2
    assert (
        f"names none of this corpus's rows (its first is 'other-{ids[0]}'): it is the plan of another"
        in said(other)
    )
    assert not run.exists()

    table.write_text("id,copies\n" + "".join(f"{key},many\n" for key in ids))
    faulty = command("augment", "-r", "minority_boost", *words, "--dry-run")
    assert faulty.output.count("is not a whole number") == 20
    assert f"{len(ids)} faults, of which these are the first 20" in said(faulty)


def test_an_axis_that_no_row_has_is_refused(command: Command, voices_folder: Path) -> None:
    axes = ("-s", "balance.axes=[label, gender]")
    result = command("augment", "-r", "minority_boost", "-c", voices_folder, "--dry-run", *axes)
    assert result.exit_code == 2
    assert "balance.axes: no training row has a gender to be evened out" in said(result)
