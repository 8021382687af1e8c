"""Code that draws from the global generators and talks, run under a seed, without a trace."""

from __future__ import annotations

import io
import random
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout

import numpy as np

_ONE_AT_A_TIME = threading.RLock()  # the state is the whole process's


@contextmanager
def seeded(seed: int) -> Iterator[None]:
    """Inside, `random` and `numpy.random` start from `seed`; afterwards they stand where they stood before."""
    with _ONE_AT_A_TIME:
        before = random.getstate(), np.random.get_state()  # noqa: NPY002  theirs, kept for the caller
        random.seed(seed)
        np.random.seed(seed % 2**32)  # noqa: NPY002  what the peer draws from
        try:
            yield
        finally:
            random.setstate(before[0])
            np.random.set_state(before[1])  # noqa: NPY002


@contextmanager
def silenced() -> Iterator[None]:
    """Inside, nothing is printed and nothing warned of: a command's output is its own."""
    with warnings.catch_warnings(), redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        warnings.simplefilter("ignore")
        yield
