"""What a Balance adds to a training step of the Hugging Face Trainer: the same model, rows and arguments, in turn."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Iterator
from typing import Any

from benchmarks.timing import Comparison

ROUNDS = 6  # trainings of each side
STEPS = 24  # of a training; the first few are left out
WARM = 4
BATCH = 16
TOKENS = 32
CLASSES = {0: 500, 1: 100, 2: 40}
SIZES = {"BERT, 2 layers of 128": (128, 2), "BERT, 4 layers of 256": (256, 4)}


def run() -> Iterator[Comparison]:
    """Yield the median step of both sides, and by how much ours is longer, for a tiny model and a small one."""
    from balancer.plugin import Balance

    balances = {
        "balanced weights, focal": Balance("balanced", loss="focal"),
        "logit adjustment, class-aware order": Balance(loss="logit_adjustment", sampler="class_aware"),
    }
    for size, shape in SIZES.items():
        for said, balance in balances.items():
            ours, theirs = steps_in_turn(shape, balance)
            what = f"training step, {size}, batch {BATCH}: {said}"
            yield Comparison(what, ours, theirs, "bare Trainer")
            yield Comparison(f"{what}, longer by", 100 * (ours / theirs - 1), None, "bare Trainer", unit="%")


def steps_in_turn(shape: tuple[int, int], balance: Any, accumulate: int = 1) -> tuple[float, float]:
    """Median seconds of a step, with the balance and without; process time, which other work hardly lengthens."""
    times: dict[bool, list[float]] = {True: [], False: []}
    for number in range(ROUNDS):
        for side in (True, False) if number % 2 else (False, True):
            times[side] += _steps(shape, balance if side else None, accumulate)
    return statistics.median(times[True]), statistics.median(times[False])


def _steps(shape: tuple[int, int], balance: Any, accumulate: int) -> list[float]:
    import torch
    from transformers import (
        BertConfig,
        BertForSequenceClassification,
        PrinterCallback,
        Trainer,
        TrainerCallback,
        TrainingArguments,
        set_seed,
    )

    from balancer.plugin import balanced

    class Clock(TrainerCallback):
        """When each step ended."""

        def __init__(self):
            self.ends: list[float] = []

        def on_step_end(self, args: Any, state: Any, control: Any, **kwargs: Any) -> None:
            self.ends.append(time.process_time())

    set_seed(0)
    hidden, layers = shape
    config = BertConfig(
        vocab_size=1000, hidden_size=hidden, num_hidden_layers=layers, num_attention_heads=hidden // 64,
        intermediate_size=4 * hidden, num_labels=len(CLASSES),
    )  # fmt: skip
    labels = [label for label, count in CLASSES.items() for _ in range(count)]
    tokens = torch.randint(0, 1000, (len(labels), TOKENS)).tolist()
    rows = [{"input_ids": ids, "labels": label} for ids, label in zip(tokens, labels, strict=True)]
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        arguments = TrainingArguments(
            folder, max_steps=STEPS, per_device_train_batch_size=BATCH, gradient_accumulation_steps=accumulate,
            report_to="none", save_strategy="no", logging_strategy="no", disable_tqdm=True, use_cpu=True,
        )  # fmt: skip
        trainer = balanced(Trainer)(
            BertForSequenceClassification(config),
            arguments,
            train_dataset=rows,
            callbacks=[clock],
            balance=balance,
        )
        trainer.remove_callback(PrinterCallback)
        trainer.train()
    return [end - start for start, end in zip(clock.ends[WARM:], clock.ends[WARM + 1 :], strict=False)]
