"""Folders of runs: what may be written over, gone on with, or is finished."""

from __future__ import annotations

import errno
import json
from pathlib import Path

import pytest

from merhan import MerhanError
from merhan.evaluation.evaluate import FIGURES
from merhan.training.checkpoints import last_whole_checkpoint
from merhan.training.runs import JOB, begin_run, next_free, open_run, writing_to

CONFIG = dict.fromkeys(JOB, 1) | {"recipe": {"name": "mine", "rates": (0.1, 0.2)}, "versions": {"torch": "1"}}


def test_a_run_is_neither_written_over_nor_mixed_with_others(tmp_path: Path) -> None:
    run = open_run(tmp_path / "run", "mine")
    assert run.is_dir()
    begin_run(run, CONFIG)
    with pytest.raises(MerhanError, match="holds a run already; give --out another folder, --resume it"):
        open_run(run, "mine")
    assert open_run(run, "mine", resume=True) == run
    assert (run / "config.yaml").is_file()
    assert open_run(run, "mine", force=True) == run
    assert not list(run.iterdir())
    (run / "thesis.txt").write_text("mine")
    for options in ({}, {"force": True}, {"resume": True}):
        with pytest.raises(MerhanError, match=r"holds thesis.txt, which is no part of a run"):
            open_run(run, "mine", **options)


@pytest.mark.parametrize("name", JOB)
def test_only_the_same_job_is_gone_on_with(tmp_path: Path, name: str) -> None:
    assert begin_run(tmp_path, CONFIG) is None
    assert begin_run(tmp_path, CONFIG | {"versions": {"torch": "2"}}) is None
    said = "corpus or plan" if name == "corpus_fingerprint" else name.replace("_", " ")
    with pytest.raises(MerhanError, match=f"holds a run of another {said}; give --out"):
        begin_run(tmp_path, CONFIG | {name: 2})


def test_a_finished_run_gives_its_metrics(tmp_path: Path) -> None:
    begin_run(tmp_path, CONFIG)
    metrics = dict.fromkeys(FIGURES, 1)
    (tmp_path / "metrics.json").write_text(json.dumps(metrics))
    assert begin_run(tmp_path, CONFIG) == metrics


def test_a_config_that_was_cut_short_is_another_job(tmp_path: Path) -> None:
    for torn in ("recipe: {name: mi", "", "- 1"):
        (tmp_path / "config.yaml").write_text(torn)
        with pytest.raises(MerhanError, match="another recipe and corpus or plan"):
            begin_run(tmp_path, CONFIG)


def test_the_next_free_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert next_free("mine") == Path("runs/mine-1")
    (tmp_path / "runs" / "mine-1").mkdir(parents=True)
    assert next_free("mine") == Path("runs/mine-2")


def test_what_the_disk_says_becomes_a_sentence(tmp_path: Path) -> None:
    with (
        pytest.raises(
            MerhanError, match=r"The disk is full while writing .*; make room and go on with --out"
        ),
        writing_to(tmp_path),
    ):
        raise OSError(errno.ENOSPC, "No space left on device")
    told = "can't be written to: Read-only file system; give --out another"
    with pytest.raises(MerhanError, match=told), writing_to(tmp_path):
        raise OSError(errno.EROFS, "Read-only file system", str(tmp_path / "log"))
    with pytest.raises(PermissionError, match="elsewhere"), writing_to(tmp_path):
        raise PermissionError(errno.EACCES, "Permission denied", "/elsewhere")


def test_a_checkpoint_that_was_not_finished_is_passed_over(tmp_path: Path) -> None:
    assert last_whole_checkpoint(tmp_path / "none") is None
    for step, state in ((4, "{}"), (8, '{"epoch": 2}'), (12, '{"epoch": '), (16, None)):
        folder = tmp_path / f"checkpoint-{step}"
        folder.mkdir()
        if state is not None:
            (folder / "trainer_state.json").write_text(state)
    (tmp_path / "checkpoint-best").mkdir()
    assert last_whole_checkpoint(tmp_path) == tmp_path / "checkpoint-8"
