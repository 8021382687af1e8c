"""What a process does before its first task."""

from __future__ import annotations

import subprocess
import sys
import textwrap

import pytest


@pytest.mark.parametrize("name", ["minority_boost", "pseudo_speakers"])
def test_a_copy_needs_no_module_and_no_compiling_that_was_not_done_ahead(name):
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(_SCRIPT), name], capture_output=True, text=True, check=True
    )
    assert told.stdout.splitlines() == ["[]", "[]"], told.stdout


def test_a_recipe_without_chains_has_nothing_to_rehearse():
    script = """
        import sys
        from recipes import load_recipe
        from recipes.ahead import Rehearsed
        Rehearsed(load_recipe("duplicate"))()
        print([name for name in ("numba", "lemminflect", "soxr") if name in sys.modules])
    """
    told = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script)], capture_output=True, text=True, check=True
    )
    assert told.stdout == "[]\n"


_SCRIPT = """
    import sys
    import numpy as np
    from augment import Audio, Sample
    from recipes import Utterance, load_recipe
    from recipes.ahead import Rehearsed
    from recipes.copying import Copier

    recipe = load_recipe(sys.argv[1])
    Rehearsed(recipe)()
    from numba.core.dispatcher import Dispatcher
    import gc

    def compiled():
        return {(d.py_func.__qualname__, str(s)) for d in gc.get_objects() if isinstance(d, Dispatcher)
                for s in d.signatures}

    modules, kernels = set(sys.modules), compiled()
    noise = np.random.default_rng(0).uniform(-0.5, 0.5, 20_000).astype(np.float32)
    sample = Sample("a", Audio(noise, 16_000), "I was walking past the houses and saw two happy dogs")
    row = Utterance(id="a", label="joy", audio="a.wav", text=sample.text, speaker="x")
    copier = Copier(recipe, seed=1)
    for copy in range(1, 9):
        assert copier(sample, row, copy, "x#1").transforms
    print(sorted(set(sys.modules) - modules))
    print(sorted(compiled() - kernels))
"""
