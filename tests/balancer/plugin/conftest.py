"""A classifier of a few hundred weights, and rows of it with three classes, 24 : 9 : 3."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from transformers import BertConfig, BertForSequenceClassification, TrainingArguments

LABELS = [0] * 24 + [1] * 9 + [2] * 3


def tiny_bert(classes: int = 3, **config: Any) -> BertForSequenceClassification:
    """Random weights, the same each time; no dropout, so that two ways to one gradient can be compared."""
    torch.manual_seed(0)
    settings = BertConfig(
        vocab_size=32, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
        max_position_embeddings=16, num_labels=classes, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0,
        **config,
    )  # fmt: skip
    return BertForSequenceClassification(settings)


def rows_of(labels: list[Any], name: str = "labels") -> list[dict[str, Any]]:
    """Rows of five tokens each."""
    made = torch.Generator().manual_seed(1)
    tokens = torch.randint(4, 32, (len(labels), 5), generator=made).tolist()
    return [{"input_ids": ids, name: label} for ids, label in zip(tokens, labels, strict=True)]


def losses_of(trainer: Any) -> list[float]:
    """What it logged at every step."""
    return [row["loss"] for row in trainer.state.log_history if "loss" in row]


def weights_of(trainer: Any) -> torch.Tensor:
    """All of the model's weights in a row."""
    return torch.cat([p.detach().flatten() for p in trainer.model.parameters()])


def plain_arguments(folder: Path | str, **given: Any) -> TrainingArguments:
    """Plain gradient steps on the CPU, without a word."""
    settings = {
        "output_dir": str(folder), "per_device_train_batch_size": 8, "num_train_epochs": 1, "report_to": "none",
        "use_cpu": True, "save_strategy": "no", "logging_steps": 1, "disable_tqdm": True, "lr_scheduler_type": "constant",
        "learning_rate": 0.1, "optim": "sgd", "max_grad_norm": 0.0, "seed": 3,
    }  # fmt: skip
    return TrainingArguments(**(settings | given))


@pytest.fixture
def tiny(tmp_path: Path) -> SimpleNamespace:
    """Models, rows, TrainingArguments, and what is read off a trainer."""
    return SimpleNamespace(
        labels=LABELS,
        bert=tiny_bert,
        rows=rows_of,
        losses=losses_of,
        weights=weights_of,
        arguments=partial(plain_arguments, tmp_path / "out"),
    )
