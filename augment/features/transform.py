"""What a transform of features is: it draws for a batch, then changes the batch."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from numpy.random import Generator

from augment.transform import Transform

if TYPE_CHECKING:
    import torch

# Tensors by name, (rows, …): frames (rows, steps, columns) with frames_mask (rows, steps); functionals;
# text_states (rows, tokens, channels) with text_mask; has_audio, has_text (rows,); labels (rows,) or (rows, classes).
Batch = Mapping[str, "torch.Tensor"]


@dataclass(frozen=True)
class BatchInfo:
    """All that `draw` may see of a batch.

    Attributes
    ----------
    rows : positions in the batch that the transform may change.
    labels : class number of every row of the batch; a soft label counts as its largest share.
    has_audio, has_text : of every row.
    counts : training utterances of each class, in class order.
    bands : first column of the frames that is a band of a spectrogram, and the one after the last; (0, 0): none.
    """

    rows: Sequence[int]
    labels: Sequence[int]
    has_audio: Sequence[bool]
    has_text: Sequence[bool]
    counts: Sequence[float]
    bands: tuple[int, int] = (0, 0)


@dataclass(frozen=True, kw_only=True)
class FeatureTransform(Transform, ABC):
    """Changes features of a training batch. `p` is the probability that a batch is changed at all."""

    modality: ClassVar[str] = "features"

    @abstractmethod
    def draw(self, rng: Generator, batch: BatchInfo) -> dict[str, Any]:
        """Parameters as plain JSON values."""

    @abstractmethod
    def apply(self, batch: Batch, **params: Any) -> dict[str, torch.Tensor]:
        """A new batch; the input is never written to."""
