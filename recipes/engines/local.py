"""Tasks in processes of this machine: started by spawn, one thread each, any order."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from typing import Any, TypeVar

from recipes.errors import CorpusError

T = TypeVar("T")
R = TypeVar("R")

_CHUNK = 4  # tasks sent at once: short, so that an interruption waits for little
_AHEAD = 3  # chunks sent before one is back, a worker
_THREADS = (
    "OMP_NUM_THREADS",
    "OPENBLAS_NUM_THREADS",
    "MKL_NUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMBA_NUM_THREADS",
)

_work: Callable[[Any], Any] | None = None  # in a worker: what it does with each task


def run(work: Callable[[T], R], tasks: Sequence[T], workers: int = 1) -> Iterator[tuple[int, R]]:
    """Do every task, and give its place and result as soon as it is done.

    Parameters
    ----------
    work : a picklable callable, sent to each worker once.
    workers : processes; 1 is this one.

    Raises
    ------
    CorpusError : a worker died. What `work` raises, comes out here.
    """
    if workers <= 1 or len(tasks) <= 1:
        yield from ((place, work(task)) for place, task in enumerate(tasks))
        return
    chunks = iter([range(i, min(i + _CHUNK, len(tasks))) for i in range(0, len(tasks), _CHUNK)])
    workers = min(workers, -(-len(tasks) // _CHUNK))
    with _one_thread_each():
        context = multiprocessing.get_context("spawn")
        pool = ProcessPoolExecutor(workers, context, initializer=_begin, initargs=(work,))
        waiting: dict[Future, range] = {}
        try:
            while True:
                while len(waiting) < workers * _AHEAD and (chunk := next(chunks, None)) is not None:
                    with _interrupts_later():  # the first one starts the processes
                        waiting[pool.submit(_do, [tasks[i] for i in chunk])] = chunk
                if not waiting:
                    return
                for future in wait(waiting, return_when=FIRST_COMPLETED).done:
                    yield from zip(waiting.pop(future), future.result(), strict=True)
        except BrokenProcessPool:
            raise CorpusError(
                "A worker process died (out of memory?), or could not start (a script must guard its own code by "
                "if __name__ == '__main__'). Run again to go on, with fewer --workers."
            ) from None
        finally:
            pool.shutdown(cancel_futures=True)


def _begin(work: Callable[[Any], Any]) -> None:
    global _work
    _work = work
    threading.Thread(target=_leave_with_parent, daemon=True).start()


def _leave_with_parent() -> None:
    """A parent that was killed closes nothing: its workers would wait for tasks for ever."""
    multiprocessing.parent_process().join()
    os._exit(1)


def _do(tasks: list[Any]) -> list[Any]:
    return [_work(task) for task in tasks]


@contextmanager
def _interrupts_later() -> Iterator[None]:
    """Ctrl-C reaches the whole process group, and the parent decides: children start, and stay, deaf to it."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _one_thread_each() -> Iterator[None]:
    """Workers read these variables as they start, before any library could start threads of its own."""
    before = {name: os.environ.get(name) for name in _THREADS}
    os.environ.update(dict.fromkeys(_THREADS, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
