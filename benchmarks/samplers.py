"""One epoch of every sampler for a million rows, against torch's, torchsampler's and imbalanced-learn's on the same labels.

Seven classes, as uneven as MELD's, a thousand speakers, lengths of speech.  Each sampler works in a process of its
own, so that its peak memory is its own: of the process, torch and labels included.  Time is the process's own:
"made", once; "epoch", the median of several, to the last row number as a Python number, which is what a DataLoader
asks for.
"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

import numpy as np

from benchmarks.balance import CLASSES, SPEAKERS
from benchmarks.timing import SECONDS, Comparison

ROWS = 1_000_000
BATCH = 32
EPOCHS = 5
ROUNDS = 3  # processes of each, so that a busy machine does not hit one alone
PEERS = {"torch": "WeightedRandomSampler", "torchsampler": "ImbalancedDatasetSampler"}
EVEN = "RandomOverSampler"
MEASURES = {"made": SECONDS, "epoch": SECONDS, "peak": "MB"}


@dataclass(frozen=True)
class Given:
    """What samplers may ask for, of each row: class numbers, speakers, lengths in seconds."""

    labels: np.ndarray
    speakers: np.ndarray
    seconds: np.ndarray


def run() -> Iterator[Comparison]:
    """Yield time and memory of each of our samplers beside both peers, and of a whole balanced set of rows."""
    from balancer.samplers import sampler_names

    peers = {peer: _median(peer) for peer in PEERS}
    for name in sampler_names():
        yield from _lines(name, _median(name), peers)
    # Nothing is made beforehand there: a set of rows is what it is called for.
    yield from _lines(f"as many rows as {EVEN}", _median("our_even"), {EVEN: _median("their_even")}, 1)


def _lines(
    what: str, ours: tuple[float, ...], peers: dict[str, tuple[float, ...]], first: int = 0
) -> Iterator[Comparison]:
    for peer, theirs in peers.items():
        for place, (measure, unit) in list(enumerate(MEASURES.items()))[first:]:
            name = PEERS.get(peer, peer)
            yield Comparison(f"{what}: {measure}", ours[place], theirs[place], name, unit=unit)


def _of_ours(name: str, given: Given, num_samples: int | None = None) -> Callable[[int], Iterable[int]]:
    from balancer import make_sampler

    sampler = make_sampler(
        name,
        given.labels,
        groups=given.speakers,
        lengths=given.seconds,
        batch_size=BATCH,
        epochs=EPOCHS,
        num_samples=num_samples,
    )

    def epoch(number: int) -> Iterable[int]:
        sampler.set_epoch(number)
        return sampler

    return epoch


def _torch(given: Given) -> Callable[[int], Iterable[int]]:
    """As its users write it: one over the count of the row's class."""
    from torch.utils.data import WeightedRandomSampler

    weights = (1 / np.bincount(given.labels))[given.labels]
    sampler = WeightedRandomSampler(weights, len(weights))
    return lambda number: sampler


def _torchsampler(given: Given) -> Callable[[int], Iterable[int]]:
    from torchsampler import ImbalancedDatasetSampler

    sampler = ImbalancedDatasetSampler(given.labels, labels=given.labels)
    return lambda number: sampler


def _our_even(given: Given) -> Callable[[int], Iterable[int]]:
    largest = np.bincount(given.labels).max()
    return _of_ours("class_aware", given, int(largest) * len(CLASSES))


def _their_even(given: Given) -> Callable[[int], Iterable[int]]:
    """It resamples rows, in no drawn order: here their numbers, which is the least that it can be given."""
    from imblearn.over_sampling import RandomOverSampler

    rows = np.arange(len(given.labels))[:, None]

    def epoch(number: int) -> Iterable[int]:
        return RandomOverSampler(random_state=number).fit_resample(rows, given.labels)[0][:, 0].tolist()

    return epoch


SIDES = {"torch": _torch, "torchsampler": _torchsampler, "our_even": _our_even, "their_even": _their_even}


def _median(side: str) -> tuple[float, ...]:
    found = [_in_a_process(side) for _ in range(ROUNDS)]
    return tuple(statistics.median(values) for values in zip(*found, strict=True))


def _in_a_process(side: str) -> tuple[float, float, float]:
    command = [sys.executable, "-m", "benchmarks.samplers", side, str(ROWS)]
    return tuple(json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout))


def given_rows(rows: int) -> Given:
    """The same for every side."""
    rng = np.random.default_rng(0)
    shares = np.array(list(CLASSES.values())) / sum(CLASSES.values())
    return Given(
        rng.choice(len(CLASSES), rows, p=shares), rng.integers(0, SPEAKERS, rows), rng.gamma(2.0, 1.5, rows)
    )


def maker(side: str) -> Callable[[Given], Callable[[int], Iterable[int]]]:
    """What makes a side's sampler: a function of the epoch that gives its rows."""
    return SIDES.get(side) or partial(_of_ours, side)


def _main(side: str, rows: int) -> None:
    made = maker(side)
    few = np.arange(70)
    list(made(Given(few % len(CLASSES), few % 3, 1.0 + few))(0))  # loads what is loaded late
    given = given_rows(rows)
    start = time.process_time()
    epoch = made(given)
    seconds = [time.process_time() - start]
    for number in range(EPOCHS):
        start = time.process_time()
        drawn = list(epoch(number))
        seconds.append(time.process_time() - start)
        assert len(drawn) >= rows
        del drawn
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([seconds[0], statistics.median(seconds[1:]), peak]))


if __name__ == "__main__":
    _main(sys.argv[1], int(sys.argv[2]))
