"""When a training of stages ends, and what happens as each of its epochs begins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from transformers import TrainerCallback, TrainerControl, TrainerState


class Patience(TrainerCallback):
    """Stop after `patience` epochs without a better dev UAR, counted from epoch `first`.

    Unlike transformers' EarlyStoppingCallback it reads the log, which checkpoints hold: a resumed training
    ends where the uninterrupted one does.
    """

    def __init__(self, patience: int, first: int = 0):
        self.patience, self.first = patience, first

    def on_evaluate(self, args: Any, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        found = [row["eval_uar"] for row in state.log_history if "eval_uar" in row][self.first :]
        if found and len(found) - 1 - found.index(max(found)) >= self.patience:
            control.should_training_stop = True


class EpochBegin(TrainerCallback):
    """Tell `begin` which epoch begins, from 0; in the middle of one where training goes on there."""

    def __init__(self, begin: Callable[[int], None]):
        self.begin = begin

    def on_epoch_begin(self, args: Any, state: TrainerState, control: TrainerControl, **kwargs: Any) -> None:
        self.begin(int(state.epoch or 0))
