from __future__ import annotations

import subprocess
import sys

import augment


def test_every_public_name_is_there():
    for name in augment.__all__:
        assert getattr(augment, name) is not None
        assert name in dir(augment)


def test_importing_the_package_loads_nothing_heavy():
    code = (
        "import sys, augment; from augment import Chain, PitchShift, AddNoise, Gates; PitchShift(); "
        "print([m for m in ('numba', 'scipy', 'soundfile', 'soxr', 'torch', 'lemminflect') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
