"""A sampler of somebody else's: what it is given, and how it is shared out."""

import catalogue
import numpy as np
import pytest

from balancer import BalanceError, make_sampler
from balancer.samplers import Option, sampler, sampler_names, samplers


@pytest.fixture
def longest_first():
    seen = []

    @sampler(
        "longest_first", needs=("lengths", "batch_size"), whole_batches=True, skip=Option(0, 0, 5, "rows")
    )
    def longest_first(labels, num_samples, rng, lengths, groups, epoch, batch_size, skip=0):
        """Rows by length."""
        seen.append({"lengths": lengths, "groups": groups, "epoch": epoch, "batch_size": batch_size})
        return np.resize(np.roll(np.argsort(-lengths, kind="stable"), -epoch - skip), num_samples)

    yield seen
    del catalogue.REGISTRY[(*samplers.namespace, "longest_first")]
    assert "longest_first" not in sampler_names()


def test_it_is_given_what_it_asks_for(longest_first):
    made = make_sampler(
        "longest_first",
        list("abab"),
        lengths=[1, 4, 2, 3],
        batch_size=2,
        groups=["x", None, "x", "y"],
        skip=1,
    )
    made.set_epoch(1)
    assert list(made) == [2, 0, 1, 3]
    given = longest_first[-1]
    assert given["lengths"].tolist() == [1, 4, 2, 3]
    assert given["groups"].tolist() == [1, 0, 1, 2]  # the nameless first, then by name
    assert (given["epoch"], given["batch_size"]) == (1, 2)
    parts = [
        list(
            make_sampler(
                "longest_first", list("abab"), lengths=[1, 4, 2, 3], batch_size=2, num_replicas=2, rank=rank
            )
        )
        for rank in range(2)
    ]
    assert parts == [[1, 3], [2, 0]]  # batches of two, one each


def test_what_it_did_not_ask_for_may_be_missing(longest_first):
    make_sampler("longest_first", list("ab"), lengths=[1, 2], batch_size=1)
    assert longest_first[-1]["groups"] is None
    with pytest.raises(
        BalanceError, match="sampler longest_first needs batch_size: give batch_size=, rows a"
    ):
        make_sampler("longest_first", list("ab"), lengths=[1, 2])
    with pytest.raises(BalanceError, match=r"skip 9 is not allowed; give 0 to 5 \(rows\)"):
        make_sampler("longest_first", list("ab"), lengths=[1, 2], batch_size=1, skip=9)
