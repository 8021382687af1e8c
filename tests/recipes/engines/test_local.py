"""Tasks in processes."""

from __future__ import annotations

import os
import signal
import threading

import pytest

from recipes import CorpusError, RecipeError
from recipes.engines import find_engine
from recipes.engines.local import run


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


def test_engines_by_name():
    assert find_engine("local") is run
    with pytest.raises(RecipeError, match=r"no engine is called 'ray'; choose local"):
        find_engine("ray")
