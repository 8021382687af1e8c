"""What a run cost, and what one prediction costs."""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from merhan.model.modeling import MerHanForEmotionClassification


def cost(
    model: MerHanForEmotionClassification,
    train_seconds: float,
    epochs: float,
    predict_one: Callable[[int], object],
    predict_all: Callable[[], int],
    repeats: int = 30,
) -> dict[str, Any]:
    """The `cost` block of metrics.json.

    Parameters
    ----------
    predict_one : one utterance from its file and text to probabilities, the way `predict` does it.
    predict_all : a whole split from ready features; gives the number of rows.

    `latency_ms_*` is therefore end to end for one utterance, `utterances_per_second` the network alone in batches.
    """
    waited = latency(predict_one, repeats)
    start = time.perf_counter()
    rows = predict_all()
    seconds = time.perf_counter() - start
    return {
        "train_seconds": round(train_seconds, 2),
        "seconds_per_epoch": round(train_seconds / epochs, 2) if epochs else None,
        "peak_memory_mb": round(peak_memory_mb(), 1),
        "parameters": sum(p.numel() for p in model.parameters()),
        **waited,
        "utterances_per_second": round(rows / seconds, 1),
    }


def latency(predict_one: Callable[[int], object], repeats: int = 30) -> dict[str, float]:
    """Median and 95th percentile of the milliseconds that one utterance takes, after a first that warms up."""
    predict_one(0)  # compiles and loads
    taken = []
    for n in range(repeats):
        start = time.perf_counter()
        predict_one(n)
        taken.append(1000 * (time.perf_counter() - start))
    return {f"latency_ms_p{share}": round(float(np.percentile(taken, share)), 2) for share in (50, 95)}


def peak_memory_mb() -> float:
    """The most memory this process held: on the GPU where there is one, else resident."""
    import torch

    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated() / 2**20
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 2**20 if sys.platform == "darwin" else peak / 2**10
