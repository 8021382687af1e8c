"""Vector code checks no bounds: that nothing is read beyond an array is proved here, on every call in Python."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
from numba import njit

from augment.audio.kernels import resample, wsola
from augment.audio.kernels.lanes import LANES, dot, dot_between
from augment.audio.kernels.one_pass import stretch_and_shift


@njit
def _dot(x, i, y, j, count):
    return dot(x, i, y, j, count)


@njit
def _dot_between(x, i, rows, j, count, share):
    return dot_between(x, i, rows, j, count, share)


def in_order(terms: np.ndarray) -> np.float32:
    """The sum as it is written down: sixteen running sums, halved four times, float32 all along."""
    sums = np.zeros(LANES, dtype=np.float32)
    for first in range(0, len(terms), LANES):
        sums += terms[first : first + LANES]
    while len(sums) > 1:
        sums = sums[: len(sums) // 2] + sums[len(sums) // 2 :]
    return sums[0]


@pytest.mark.parametrize("count", [16, 48, 320])
def test_sums_are_those_written_down_to_the_bit(count):
    x, y = np.random.default_rng(count).standard_normal((2, 1000)).astype(np.float32)
    assert _dot(x, 3, y, 77, count) == in_order(x[3 : 3 + count] * y[77 : 77 + count])
    share = np.float32(0.3)
    here, there = y[5 : 5 + count], y[5 + count : 5 + 2 * count]
    wanted = in_order(x[9 : 9 + count] * (here + share * (there - here)))
    assert _dot_between(x, 9, y, 5, count, share) == wanted


def test_the_sum_is_the_same_on_an_older_processor():
    code = (
        "import numpy as np; from augment.audio.kernels.one_pass import stretch_and_shift as f; import hashlib\n"
        "x = np.random.default_rng(0).standard_normal(9000).astype(np.float32) * np.float32(0.1)\n"
        "print(hashlib.sha256(f(x, 16_000, 0.93, 1.3, 'move').tobytes()).hexdigest())\n"
    )
    samples = np.random.default_rng(0).standard_normal(9000).astype(np.float32) * np.float32(0.1)
    here = hashlib.sha256(stretch_and_shift(samples, 16_000, 0.93, 1.3, "move").tobytes()).hexdigest()
    older = {**os.environ, "NUMBA_CPU_NAME": "generic", "NUMBA_CPU_FEATURES": ""}
    done = subprocess.run([sys.executable, "-c", code], env=older, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == here


@pytest.fixture
def checked(monkeypatch):
    """The kernels as Python, on arrays whose every read is checked."""

    def inside(x, i, count):
        assert 0 <= i <= i + count <= len(x)

    def dot(x, i, y, j, count):
        inside(x, i, count)
        inside(y, j, count)
        return np.dot(x[i : i + count], y[j : j + count])

    def dot_between(x, i, rows, j, count, share):
        inside(x, i, count)
        inside(rows, j, 2 * count if share else count)
        return np.float32(0)

    class Checked(np.ndarray):
        def __getitem__(self, key):
            assert not isinstance(key, int | np.integer) or key >= 0
            return super().__getitem__(key)

    def view(kernel):
        return lambda *args: kernel.py_func(
            *(arg.view(Checked) if isinstance(arg, np.ndarray) else arg for arg in args)
        )

    for module, names in ((wsola, ("_splice", "_most_similar")), (resample, ("_convolve",))):
        for name in names:
            monkeypatch.setattr(module, name, view(getattr(module, name)))
    monkeypatch.setattr(wsola, "dot", dot)
    monkeypatch.setattr(resample, "dot_between", dot_between)


@pytest.mark.parametrize("rate", [8000, 16_000, 16_000 * 17 / 16])
def test_no_template_reaches_beyond_its_array(checked, rate):
    rng = np.random.default_rng(0)
    for count in (16, 17, 40, 123, 300, 700, 1300):
        samples = rng.standard_normal(count).astype(np.float32)
        samples[count // 3 : count // 2] = 0
        for length in (count // 8 + 1, count // 2, count - 1, count + 1, count * 2, count * 7):
            assert np.isfinite(wsola.stretch(samples, rate, length)).all()


def test_no_filter_reaches_beyond_its_array(checked):
    for count in (1, 2, 3, 50, 333):
        for length in (1, 2, 7, count - 1, count + 1, 2 * count, 5 * count):
            if length > 0:
                assert resample.resample_to(np.ones(count, dtype=np.float32), length).shape == (length,)
