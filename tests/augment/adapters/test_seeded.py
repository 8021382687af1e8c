from __future__ import annotations

import random

import numpy as np

from augment.adapters.seeded import seeded, silenced


def drawn() -> tuple[float, float]:
    return random.random(), float(np.random.random())  # noqa: NPY002


def test_the_same_seed_gives_the_same_numbers_and_the_caller_notices_nothing():
    random.seed(7)
    np.random.seed(7)  # noqa: NPY002
    expected = drawn()
    random.seed(7)
    np.random.seed(7)  # noqa: NPY002
    with seeded(3):
        one = drawn()
    with seeded(2**32 + 3):
        drawn()
    with seeded(3):
        assert drawn() == one
    assert drawn() == expected


def test_the_state_is_put_back_after_an_error_too():
    before = random.getstate()
    try:
        with seeded(3):
            random.random()
            raise KeyError
    except KeyError:
        pass
    assert random.getstate() == before


def test_silenced_prints_nothing(capsys):
    with silenced():
        print("loud")
    assert capsys.readouterr() == ("", "")
