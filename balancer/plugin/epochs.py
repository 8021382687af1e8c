"""Which epoch it is, told to whom it concerns by the Trainer's own count."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from torch.utils.data import Sampler
from transformers import TrainerCallback, TrainerControl, TrainerState


class EpochBegin(TrainerCallback):
    """Tell `begin` which epoch begins, from 0; in the middle of one where training goes on there."""

    def __init__(self, begin: Callable[[int], None]):
        self.begin = begin
        self.epoch: int | None = None

    def on_train_begin(self, args: Any, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        self.epoch = None

    def on_epoch_begin(self, args: Any, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        # An epoch that was stopped early leaves state.epoch behind.
        self.epoch = int(state.epoch or 0) if self.epoch is None else self.epoch + 1
        self.begin(self.epoch)


class EpochOrder(Sampler[int]):
    """A sampler that is told its epoch by the Trainer alone.

    `accelerate` counts epochs from 0 again in the loader that it makes to resume in mid-epoch, and tells a sampler
    behind several processes not at all (accelerate#4071): it would deal the rows of another epoch.
    """

    def __init__(self, sampler: Any):
        self.sampler, self.epoch = sampler, 0

    def __len__(self) -> int:
        return len(self.sampler)

    def __iter__(self) -> Iterator[int]:
        self.sampler.set_epoch(self.epoch)
        return iter(self.sampler)
