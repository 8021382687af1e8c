"""Counts, weights and plans for ten million labels, against scikit-learn and imbalanced-learn on the same labels.

Seven classes, as uneven as MELD's, and a thousand speakers.  Each side works in a process of its own, so that its
peak memory is its own: of the process, labels included.  Time is the process's own.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np

from benchmarks.timing import Comparison, most_memory

LABELS = 10_000_000
ROUNDS = 3
CLASSES = {"neutral": 47, "joy": 17, "surprise": 12, "anger": 11, "sadness": 7, "disgust": 3, "fear": 3}
SPEAKERS = 1000
KINDS = ("list", "array")


def run() -> Iterator[Comparison]:
    """Yield time and memory of each task and kind of labels; the whole of ours stands beside both peers together."""
    for kind in KINDS:
        for task, peer, ours, theirs in (
            ("counts and weights", "compute_class_weight", "our_weights", "their_weights"),
            ("plan to the majority", "RandomOverSampler", "our_even_plan", "their_plan"),
            ("counts, weights, plan by speaker", "both, no speakers", "our_whole", "their_whole"),
        ):
            sides = [_median(side, kind) for side in (ours, theirs)]
            what = f"{task}: {kind} of {LABELS:,}"
            yield Comparison(what, sides[0][0], sides[1][0], peer)
            of_labels = f"peak memory, {sides[0][2]:.0f} MB of it before anything is done"
            yield Comparison(f"{what}, {of_labels}", sides[0][1], sides[1][1], peer, unit="MB")


def our_weights(labels: object, speakers: object) -> object:
    """What `class_weights` needs is counts."""
    from balancer import class_weights, count

    return class_weights(count(labels))


def our_even_plan(labels: object, speakers: object) -> object:
    """As many copies of each class as the majority has, drawn."""
    from balancer import plan_copies

    return plan_copies(labels, "majority", spread="even")


def our_whole(labels: object, speakers: object) -> object:
    """All that a recipe asks for, copies dealt out to the speakers in an order drawn."""
    from balancer import class_weights, count, plan_copies

    class_weights(count(labels))
    return plan_copies(labels, {"ratio": 0.5}, speakers, rng=np.random.default_rng(0))


def their_weights(labels: object, speakers: object) -> object:
    """scikit-learn wants the classes named beforehand."""
    from sklearn.utils.class_weight import compute_class_weight

    return compute_class_weight("balanced", classes=np.array(sorted(CLASSES)), y=labels)


def their_plan(labels: object, speakers: object) -> object:
    """imbalanced-learn resamples rows: here their numbers, which is the least that it can be given."""
    from imblearn.over_sampling import RandomOverSampler

    rows = np.arange(LABELS, dtype=np.int32)[:, None]
    return RandomOverSampler(random_state=0).fit_resample(rows, labels)


def their_whole(labels: object, speakers: object) -> object:
    """Both peers, one after the other."""
    return their_weights(labels, speakers), their_plan(labels, speakers)


SIDES: dict[str, Callable[[object, object], object]] = {
    side.__name__: side
    for side in (our_weights, our_even_plan, our_whole, their_weights, their_plan, their_whole)
}


def _median(side: str, kind: str) -> list[float]:
    """Seconds, peak memory and memory before, MB."""
    rounds = ROUNDS if side.startswith("our") else 1  # theirs take long
    found = [_in_a_process(side, kind) for _ in range(rounds)]
    return [statistics.median(values) for values in zip(*found, strict=True)]


def _in_a_process(side: str, kind: str) -> list[float]:
    command = [sys.executable, "-m", "benchmarks.balance", side, kind, str(LABELS)]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _names(codes: np.ndarray, names: list[str], kind: str) -> object:
    return np.array(names)[codes] if kind == "array" else [names[code] for code in codes]


def _main(side: str, kind: str) -> None:
    rng = np.random.default_rng(0)
    shares = np.array(list(CLASSES.values())) / sum(CLASSES.values())
    codes = np.searchsorted(np.cumsum(shares), rng.random(LABELS, dtype=np.float32) * 0.999).astype(np.uint8)
    labels = _names(codes, list(CLASSES), kind)
    codes = rng.integers(0, SPEAKERS, LABELS, dtype=np.int16)
    speakers = _names(codes, [f"speaker{n:04d}" for n in range(SPEAKERS)], kind)
    del codes
    warm = ["joy", "fear"], ["a", "b"]
    if side.startswith("our"):
        SIDES[side](*warm)  # loads what is loaded late; labels are counted once more below
    before = most_memory()
    start = time.process_time()
    SIDES[side](labels, speakers)
    seconds = time.process_time() - start
    print(json.dumps([seconds, most_memory(), before]))


if __name__ == "__main__":
    LABELS = int(sys.argv[3])
    _main(sys.argv[1], sys.argv[2])
