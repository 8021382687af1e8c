"""When a training of stages ends."""

from __future__ import annotations

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
