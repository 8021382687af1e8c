"""Tasks in processes of this machine: started by spawn, one thread each, any order."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import signal
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import closing, contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
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

_works: dict[Path, Callable[[Any], Any]] = {}  # in a worker: the one thing that it does now, by its file


def run(work: Callable[[T], R], tasks: Sequence[T], workers: int = 1) -> Iterator[tuple[int, R]]:
    """Do every task, and give its place and result as soon as it is done; see `Processes`."""
    with closing(Processes(workers, len(tasks))) as processes:
        yield from processes(work, tasks)


class Processes:
    """Processes that do tasks, round after round. They start at once, so that they are ready when the plan is.

    Parameters
    ----------
    workers : processes; 1 is this one.
    tasks : about how many there will be; no more processes are started than these keep busy.
    ahead : picklable, called in each process as it starts: imports, compiles and loads what work will need. What
        it raises is dropped: the task that meets the same fault says what it is.
    """

    def __init__(self, workers: int, tasks: int, ahead: Callable[[], Any] | None = None):
        self.workers = 1 if tasks <= 1 else min(workers, -(-tasks // _CHUNK))
        self._rounds = 0
        if self.workers <= 1:
            return
        self._folder = tempfile.TemporaryDirectory()
        context = multiprocessing.get_context("spawn")
        there, self._here = context.Pipe(duplex=False)
        self._pool = ProcessPoolExecutor(self.workers, context, initializer=_begin, initargs=(there, ahead))
        for _ in range(self.workers):  # each starts one
            self._submit(_nothing)

    def __call__(self, work: Callable[[T], R], tasks: Sequence[T]) -> Iterator[tuple[int, R]]:
        """Do every task, and give its place and result as soon as it is done.

        Parameters
        ----------
        work : a picklable callable, sent to each process once.

        Raises
        ------
        CorpusError : a process died. What `work` raises, comes out here.
        """
        if self.workers <= 1:
            yield from ((place, work(task)) for place, task in enumerate(tasks))
            return
        self._rounds += 1
        file = Path(self._folder.name) / str(self._rounds)
        file.write_bytes(pickle.dumps(work))
        chunks = iter([range(i, min(i + _CHUNK, len(tasks))) for i in range(0, len(tasks), _CHUNK)])
        waiting: dict[Future, range] = {}
        try:
            while True:
                while len(waiting) < self.workers * _AHEAD and (chunk := next(chunks, None)) is not None:
                    waiting[self._submit(_do, file, [tasks[i] for i in chunk])] = chunk
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
            for future in waiting:
                future.cancel()
            wait(waiting)

    def close(self) -> None:
        """Let the processes end, at once where they have nothing to do."""
        if self.workers <= 1:
            return
        self._here.close()
        self._pool.shutdown()
        self._folder.cleanup()

    def _submit(self, call: Callable, *arguments: Any) -> Future:
        with _interrupts_later(), _one_thread_each():
            return self._pool.submit(call, *arguments)


def _begin(parent: Connection, ahead: Callable[[], Any] | None) -> None:
    threading.Thread(target=_leave_with_parent, args=(parent,), daemon=True).start()
    if ahead is not None:
        with suppress(Exception):
            ahead()


def _leave_with_parent(parent: Connection) -> None:
    """The parent closes the other end when all is done, and when it is killed: no worker waits for ever."""
    with suppress(EOFError, OSError):
        parent.recv()
    os._exit(1)


def _nothing() -> None:
    pass


def _do(file: Path, tasks: list[Any]) -> list[Any]:
    if file not in _works:
        _works.clear()
        # Our own, written by the parent into a private temporary folder; nothing of a user's is ever unpickled.
        _works[file] = pickle.loads(file.read_bytes())
    work = _works[file]
    return [work(task) for task in tasks]


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
