"""equip in two processes: the same rows, the same draws, the same losses as in one."""

from __future__ import annotations

import json
import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
import json, os, sys
import torch
from transformers import BertConfig, BertForSequenceClassification, Trainer, TrainingArguments, set_seed
from recipes import equip

WORDS = "the old house on the river was quiet and every window of it looked at the garden".split()
ROWS = [
    {"text": " ".join(WORDS[i % 7 : i % 7 + 9]) + f" number {i}", "label": [0] * 8 + [1] * 3 + [2], "id": f"u{i}"}
    for i in range(12)
]
for i, row in enumerate(ROWS):
    row["label"] = row["label"][i]
RECIPE = {
    "name": "words",
    "balance": {"target": "majority", "max_copies": 6},
    "augment": {"text": [{"random_swap": {"rate": 0.3}}], "gates": {"min_similarity": 0.3}},
}

def encode(row):
    ids = [1 + ord(letter) % 60 for letter in row["text"][:48]]
    return {"input_ids": ids + [0] * (48 - len(ids))}

def trainer(folder, resume=None):
    set_seed(0)
    config = BertConfig(
        vocab_size=64, hidden_size=8, num_hidden_layers=1, num_attention_heads=2, intermediate_size=8, num_labels=3,
        hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0, max_position_embeddings=64,
    )
    options = TrainingArguments(
        folder, num_train_epochs=3, per_device_train_batch_size=4 // int(os.environ.get("WORLD_SIZE", "1")), learning_rate=1e-2,
        logging_steps=1, save_strategy="steps", save_steps=4, report_to="none", disable_tqdm=True, use_cpu=True, seed=3,
    )
    made = equip(Trainer, RECIPE)(BertForSequenceClassification(config), options, train_dataset=ROWS, encode=encode)
    made.train(resume_from_checkpoint=resume)
    return [row["loss"] for row in made.state.log_history if "loss" in row]

folder = sys.argv[1]
whole = trainer(folder + "/whole")
rest = trainer(folder + "/rest", resume=folder + "/whole/checkpoint-4")  # the first of three steps of epoch 2
if os.environ.get("RANK", "0") == "0":
    with open(folder + "/losses.json", "w") as file:
        json.dump([whole, rest], file)
if torch.distributed.is_initialized():
    torch.distributed.destroy_process_group()  # else a thread of gloo's now and then outlives what it works with
"""


def written(folder: Path) -> Path:
    folder.mkdir()
    (folder / "script.py").write_text(SCRIPT)
    return folder / "script.py"


def in_processes(folder: Path, processes: int) -> list[list[float]]:
    """Losses of the whole training, and of one that is resumed."""
    launch = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", str(processes)]
    done = subprocess.run(
        [sys.executable, *launch, str(written(folder)), str(folder)],
        env=os.environ | {"OMP_NUM_THREADS": "1"}, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads((folder / "losses.json").read_text())


def test_two_processes_lose_as_one_does_and_resume_in_mid_epoch(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["script.py", str(tmp_path / "one")])
    alone = runpy.run_path(str(written(tmp_path / "one")))["whole"]
    assert len(alone) == 9
    whole, resumed = in_processes(tmp_path / "two", 2)
    assert whole == pytest.approx(alone, rel=1e-4)
    assert resumed == pytest.approx(whole, rel=1e-5)
