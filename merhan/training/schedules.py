"""Learning rates over a training of stages."""

from __future__ import annotations

import math
from collections.abc import Mapping

from torch.optim import Optimizer
from torch.optim.lr_scheduler import LambdaLR


def restarting_cosine(
    optimizer: Optimizer, steps: int, warmup_ratio: float, restarts: Mapping[int, float]
) -> LambdaLR:
    """Each part of a training rises linearly to its peak and falls to 0 along half a cosine.

    Without restarts this is transformers' `get_cosine_schedule_with_warmup`.

    Parameters
    ----------
    steps : of the whole training.
    warmup_ratio : share of a part's steps in which the rate rises.
    restarts : the step from which a part begins, to its peak as a multiple of each group's own rate.
    """
    peaks = dict(sorted({0: 1.0, **restarts}.items()))
    ends = dict(zip(peaks, [*list(peaks)[1:], steps], strict=True))

    def factor(step: int) -> float:
        first = max(start for start in peaks if start <= step)
        length, done = ends[first] - first, step - first
        warmup = round(warmup_ratio * length)
        if done < warmup:
            return peaks[first] * done / warmup
        return peaks[first] * (1 + math.cos(math.pi * min((done - warmup) / max(length - warmup, 1), 1))) / 2

    return LambdaLR(optimizer, factor)
