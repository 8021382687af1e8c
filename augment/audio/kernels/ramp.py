"""A gain that changes by the sample, in one pass."""

from __future__ import annotations

import numpy as np

from augment.audio.kernels.compiled import compiled


@compiled
def multiply_by_blocks(samples, starts, within):
    """New (samples,) float32: sample n times starts[n // size] * within[n % size], with size = len(within)."""
    out = np.empty(len(samples), dtype=np.float32)
    size = len(within)
    for block in range(len(starts)):
        gain = starts[block]
        source = samples[block * size : (block + 1) * size]
        made = out[block * size : (block + 1) * size]
        for at in range(len(source)):
            made[at] = source[at] * (gain * within[at])
    return out
