"""Every side of the benchmark hands out as many rows of the right kind as it is timed for."""

import numpy as np
import pytest

pytest.importorskip("torchsampler")

from balancer.samplers import sampler_names
from benchmarks import samplers

ROWS = 3000


@pytest.fixture(scope="module")
def given():
    return samplers.given_rows(ROWS)


@pytest.mark.parametrize("side", [*samplers.PEERS, *sampler_names()])
def test_an_epoch_is_as_many_rows_and_evener_than_the_labels(given, side):
    rows = list(samplers.maker(side)(given)(3))
    assert len(rows) == ROWS
    assert all(type(row) is int and 0 <= row < ROWS for row in rows)
    shares = np.bincount(given.labels[rows]) / ROWS
    assert shares.min() > 1.5 * (np.bincount(given.labels) / ROWS).min()


@pytest.mark.parametrize("side", ["our_even", "their_even"])
def test_a_balanced_set_has_as_many_of_each_class_as_the_largest(given, side):
    rows = list(samplers.maker(side)(given)(0))
    assert set(np.bincount(given.labels[rows])) == {np.bincount(given.labels).max()}
