"""The kernels together: every length and rate, the same bytes in every process."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys

import numpy as np
import pytest
from numba.core.registry import CPUDispatcher as Dispatcher

from augment.audio.kernels import envelope, warm_up, wsola
from augment.audio.kernels.one_pass import stretch_and_shift
from augment.audio.lengths import frames_after


@pytest.mark.parametrize("rate", [8000, 22_050, 48_000])
def test_every_length_and_strength(rate):
    rng = np.random.default_rng(0)
    for frames in (0, 1, 2, 3, 15, 16, 17, 40, 123, 300, 512, 999, 3000):
        samples = rng.standard_normal(frames).astype(np.float32)
        samples.setflags(write=False)
        for tempo, semitones, formants in [
            (0.25, 0, "keep"), (4, 0, "keep"), (1, -12, "keep"), (1, 12, "keep"), (1, 12, "move"),
            (0.9, 0.01, "keep"), (1.1, -3, "move"), (1, -1, "keep"),
        ]:  # fmt: skip
            out = stretch_and_shift(samples, rate, tempo, semitones, formants)
            assert out.shape == (frames_after(frames, rate, tempo),)
            assert out.dtype == np.float32
            assert np.isfinite(out).all()
            assert np.abs(out).max(initial=0) < 12  # standard deviations


def test_silence_stays_silent():
    for formants in ("keep", "move"):
        out = stretch_and_shift(np.zeros(8000, dtype=np.float32), 16_000, 1.1, 2.0, formants)
        np.testing.assert_array_equal(out, 0)


def test_a_constant_stays_constant():
    out = stretch_and_shift(np.full(8000, 0.25, dtype=np.float32), 16_000, 0.9)
    np.testing.assert_allclose(out, 0.25, atol=1e-6)  # overlapping windows add up to one


def test_both_at_once_are_both(vowel, pitch_of):
    source = vowel(130.0)
    out = stretch_and_shift(source, 16_000, 1.2, 2.0, "keep")
    assert len(out) == round(16_000 / 1.2)
    assert abs(1200 * np.log2(pitch_of(out, 16_000) / (130 * 2 ** (2 / 12)))) < 10


def test_bytes_do_not_depend_on_process_or_threads():
    warm_up()
    samples = np.random.default_rng(0).standard_normal(9000).astype(np.float32) * np.float32(0.1)
    here = [stretch_and_shift(samples, 16_000, 0.93, semitones, "keep") for semitones in (-1.3, 1.3)]
    code = (
        "import numpy as np, hashlib; from augment.audio.kernels.one_pass import stretch_and_shift\n"
        "samples = np.random.default_rng(0).standard_normal(9000).astype(np.float32) * np.float32(0.1)\n"
        "for semitones in (-1.3, 1.3):\n"
        "    out = stretch_and_shift(samples, 16_000, 0.93, semitones, 'keep')\n"
        "    print(hashlib.sha256(out.tobytes()).hexdigest())\n"
    )
    environment = {
        **os.environ,
        "OMP_NUM_THREADS": "4",
        "OPENBLAS_NUM_THREADS": "4",
        "NUMBA_NUM_THREADS": "2",
    }
    there = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert there.stdout.split() == [hashlib.sha256(out.tobytes()).hexdigest() for out in here]


@pytest.mark.parametrize("module", [wsola, envelope])
def test_kernels_use_neither_fastmath_nor_parallel_loops(module):
    kernels = [value for value in vars(module).values() if isinstance(value, Dispatcher)]
    assert kernels
    for kernel in kernels:
        assert not kernel.targetoptions.get("fastmath")
        assert not kernel.targetoptions.get("parallel")


def test_a_package_that_can_not_be_written_to_still_works(tmp_path):
    code = (
        "import numba.core.caching as c, numpy as np\n"
        "c.CacheImpl._locator_classes = []\n"  # as on a read-only disk without a home folder
        "from augment.audio.kernels.resample import resample_to\n"
        "from augment.audio.kernels.compiled import compiled\n"
        "print(compiled(_f := lambda x: x + 1)(2))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout == "3\n", done.stderr
