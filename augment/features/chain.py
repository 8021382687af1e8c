"""Feature transforms one after the other on a training batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.random import Generator

from augment.containers import running
from augment.features.manifold_mixup import with_soft_labels
from augment.features.transform import Batch, BatchInfo
from augment.randomness import child, generator
from augment.transform import Transform

if TYPE_CHECKING:
    import torch


@dataclass(frozen=True)
class FeatureChain:
    """The steps of `augment.features`, and what some classes have instead.

    Parameters
    ----------
    steps : in the order in which they run.
    per_class : steps by class number, for the rows of that class; mixtures then stay within the class.
    counts : training utterances of each class, in class order.
    bands : which columns of the frames are bands of a spectrogram, (first, after the last).
    """

    steps: Sequence[Transform]
    counts: Sequence[float]
    per_class: Mapping[int, Sequence[Transform]] = field(default_factory=dict)
    bands: tuple[int, int] = (0, 0)

    def __bool__(self) -> bool:
        return bool(self.steps) or any(self.per_class.values())

    def __call__(self, batch: Batch, rng: Generator) -> dict[str, torch.Tensor]:
        """Draw and run every step on the rows that it is for.

        Parameters
        ----------
        batch : of training rows alone; never written to.
        rng : `augment.generator(seed, <the rows>, stream="features")`, so that a batch is what it is
            however it was reached.
        """
        labels = batch["labels"]
        hard = (labels if labels.ndim == 1 else labels.argmax(dim=1)).tolist()
        info = BatchInfo(
            rows=range(len(hard)),
            labels=hard,
            has_audio=batch["has_audio"].bool().tolist(),
            has_text=batch["has_text"].bool().tolist(),
            counts=tuple(self.counts),
            bands=self.bands,
        )
        out = dict(batch)
        for key, steps in self._groups(hard):
            rows = [
                row for row, label in enumerate(hard) if (label if label in self.per_class else None) == key
            ]
            for step in steps:
                for transform, drawing in running(step, child(rng)):
                    out = transform.apply(out, **transform.draw(drawing, replace(info, rows=rows)))
        return with_soft_labels(out, len(self.counts))

    def _groups(self, labels: Sequence[int]) -> list[tuple[int | None, Sequence[Transform]]]:
        """The common steps first, then those of each class of the batch that has its own."""
        own = [(label, self.per_class[label]) for label in sorted(set(labels)) if label in self.per_class]
        return [(None, self.steps), *own]


def batch_generator(seed: int, rows: Sequence[int], epoch: int = 0) -> Generator:
    """The generator of one batch: a function of its rows, so that resuming and workers change nothing."""
    return generator(seed, ",".join(map(str, np.asarray(rows).tolist())), epoch=epoch, stream="features")
