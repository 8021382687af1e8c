"""Trainings on the CPU, in as many processes as torchrun starts; run by test_processes.py.

ddp_training.py OUT.json '[{"rows": 35, "batch": 4, "accumulate": 1, "balance": {…}}, …]'
"""

from __future__ import annotations

import importlib.util
import json
import sys
import tempfile
from pathlib import Path

import torch
from transformers import Trainer

from balancer.plugin import Balance, balanced

found = importlib.util.spec_from_file_location("tiny_models", Path(__file__).with_name("conftest.py"))
tiny = importlib.util.module_from_spec(found)
found.loader.exec_module(tiny)


def train(rows: int, batch: int, balance: dict, accumulate: int = 1) -> dict:
    """What two epochs logged, and the weights that came out."""
    with tempfile.TemporaryDirectory() as folder:
        arguments = tiny.plain_arguments(
            folder,
            per_device_train_batch_size=batch,
            gradient_accumulation_steps=accumulate,
            num_train_epochs=2,
        )
        labels = (tiny.LABELS * 2)[:rows]
        trainer = balanced(Trainer)(
            tiny.tiny_bert(), arguments, train_dataset=tiny.rows_of(labels), balance=Balance(**balance)
        )
        trainer.train()
    return {
        "processes": trainer.accelerator.num_processes,
        "first": trainer.is_world_process_zero(),
        "losses": tiny.losses_of(trainer),
        "weights": tiny.weights_of(trainer).tolist(),
    }


if __name__ == "__main__":
    done = [train(**settings) for settings in json.loads(sys.argv[2])]
    if done[0]["first"]:
        Path(sys.argv[1]).write_text(json.dumps(done))
    if torch.distributed.is_initialized():
        torch.distributed.destroy_process_group()  # else a thread of gloo's now and then outlives what it works with
