"""One accumulation window: the mean over all of its rows, on all processes, whatever the batches it came in.

Micro-batch b of process p contributes Σ w·ℓ over its rows, divided by W = Σ w of the rows of every batch and process.
Gradients of the window's batches add up, and DistributedDataParallel averages them over P processes; so each
loss is multiplied by P, and what comes out is the gradient of one big batch.  For weighted losses it is Σ w that
the mean divides by, not the number of rows (transformers#37766, pytorch/pytorch#9882).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from torch import Tensor

IGNORED = -100


def window_weight(batches: Sequence[Any], weigh: Callable[[Any], Tensor], accelerator: Any) -> Tensor:
    """W: what `weigh` says of the batches, over all of them and all processes; any shape."""
    total = sum(weigh(batch) for batch in batches)
    return accelerator.reduce(total, reduction="sum") if accelerator.num_processes > 1 else total


def window_mean(weighted: Tensor, weight: Tensor, processes: int = 1) -> Tensor:
    """Σ w·ℓ of a micro-batch as its part of the window's mean; 0 where nothing in the window weighs."""
    return weighted / weight.where(weight > 0, 1) * processes


def without_filler(labels: Tensor, rows: int, processes: int, process: int) -> Tensor:
    """Labels of an epoch's last batch, those of rows that only fill it up ignored; a new tensor.

    So that every process has a whole batch, `accelerate` fills the last ones with rows from the epoch's beginning.
    In one process nobody sees them; they'd be counted twice.

    labels : (batch,) or (batch, classes), of a full batch.
    rows : in the epoch, over all processes.
    """
    own = len(labels)
    left = rows % (own * processes)
    if not left:
        return labels
    real = min(max(left - process * own, 0), own)
    kept = labels.clone()
    kept[real:] = IGNORED
    return kept
