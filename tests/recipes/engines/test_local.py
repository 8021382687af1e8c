"""Tasks in processes."""

from __future__ import annotations

import os
import signal
import threading
import time
from contextlib import closing

import pytest

from recipes import CorpusError, RecipeError
from recipes.engines import find_engine
from recipes.engines.local import Processes, run


class Square:
    """Picklable work: squares, dies or raises as told."""

    def __call__(self, task):
        if task == "threads":
            return os.environ["OMP_NUM_THREADS"], os.environ["OPENBLAS_NUM_THREADS"], os.getpid()
        if task == "die":
            os.kill(os.getpid(), signal.SIGKILL)
        if task == "raise":
            raise CorpusError("this one")
        return task * task


class Negative:
    """Picklable work of another kind."""

    def __call__(self, task):
        return -task


class Marks:
    """Leaves a file that names the process, then fails."""

    def __init__(self, folder):
        self.folder = folder

    def __call__(self):
        (self.folder / str(os.getpid())).touch(exist_ok=False)
        raise ValueError("told by the task that meets it")


class Sleeps:
    """Takes long to get ready."""

    SECONDS = 60

    def __call__(self):
        time.sleep(self.SECONDS)


def test_one_worker_is_this_process():
    assert list(run(Square(), [1, 2, 3])) == [(0, 1), (1, 4), (2, 9)]
    assert list(run(lambda task: os.getpid(), [0])) == [(0, os.getpid())]


def test_two_workers_give_every_result_once(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "7")
    monkeypatch.delenv("OPENBLAS_NUM_THREADS", raising=False)
    results = dict(run(Square(), [*range(50), "threads"], 2))
    assert {i: results[i] for i in range(50)} == {i: i * i for i in range(50)}
    assert results[50][:2] == ("1", "1")
    assert results[50][2] != os.getpid()
    assert os.environ["OMP_NUM_THREADS"] == "7"
    assert "OPENBLAS_NUM_THREADS" not in os.environ


def test_what_work_raises_comes_out_and_a_dead_worker_is_said():
    with pytest.raises(CorpusError, match="this one"):
        list(run(Square(), [1, "raise", 2, 3, 4, 5], 2))
    with pytest.raises(CorpusError, match="A worker process died"):
        list(run(Square(), [1, "die", 2, 3, 4, 5], 2))


def test_no_work_is_no_process():
    before = threading.active_count()
    assert list(run(Square(), [], 8)) == []
    assert threading.active_count() == before


def test_processes_are_kept_from_round_to_round_and_each_round_has_its_own_work():
    with closing(Processes(2, 50)) as processes:
        one = {pid for _, (_, _, pid) in processes(Square(), ["threads"] * 50)}
        two = {pid for _, (_, _, pid) in processes(Square(), ["threads"] * 50)}
        assert len(one | two) <= 2
        assert os.getpid() not in one | two
        assert list(processes(Negative(), [5])) == [(0, -5)]


def test_what_is_done_ahead_is_done_once_in_each_process_and_may_fail(tmp_path):
    with closing(Processes(2, 50, Marks(tmp_path))) as processes:
        done = {pid for _, (_, _, pid) in processes(Square(), ["threads"] * 50)}
    assert {file.name for file in tmp_path.iterdir()} >= {str(pid) for pid in done}


def test_processes_that_were_not_needed_leave_at_once():
    start = time.monotonic()
    with closing(Processes(2, 50, Sleeps())):
        pass
    assert time.monotonic() - start < Sleeps.SECONDS


def test_engines_by_name():
    assert find_engine("local") is Processes
    with pytest.raises(RecipeError, match=r"no engine is called 'ray'; choose local"):
        find_engine("ray")
