"""MER-HAN in anybody's Trainer, through its processor: sound and words together, a recipe around them."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from transformers import Trainer, TrainingArguments

from augment.transform import Audio
from merhan import MerHanProcessor
from merhan.features.frames import frame_names
from merhan.features.functionals import functional_names
from merhan.features.moments import Scale
from merhan.features.normalise import Normaliser, Statistics
from merhan.features.scratch import new_encoder
from merhan.features.settings import FeatureSettings
from merhan.features.text import TextEncoder
from merhan.model import FeatureDims, ModelSettings, build_model
from recipes import equip


@pytest.fixture
def processor(voices):
    settings = FeatureSettings()
    scales = [
        Scale(np.zeros(n), np.ones(n)) for n in (len(frame_names(settings)), len(functional_names(settings)))
    ]
    tokeniser, model = new_encoder([u.text for u in voices])
    encoder = TextEncoder(tokeniser, model.eval(), "scratch")
    return MerHanProcessor(Normaliser(settings, Statistics(*scales)), ("anger", "joy", "neutral"), encoder)


def test_merhan_through_its_processor(voices, processor, tmp_path):
    encoder = processor.encoder.model
    dims = FeatureDims(
        len(frame_names(processor.settings)),
        len(functional_names(processor.settings)),
        encoder.config.hidden_size,
    )
    model = build_model(ModelSettings(freeze_text_encoder=False), dims, processor.labels, encoder, seed=0)

    def collate(rows):
        sounds = [Audio(row["audio"]["array"], row["audio"]["sampling_rate"]) for row in rows]
        batch = processor(sounds, [row["text"] for row in rows])
        return {**batch, "labels": torch.tensor([row["labels"] for row in rows])}

    options = TrainingArguments(
        str(tmp_path), max_steps=3, per_device_train_batch_size=8, learning_rate=1e-3, save_strategy="no",
        report_to="none", disable_tqdm=True, use_cpu=True, logging_steps=1,
    )  # fmt: skip
    recipe = {"name": "deep", "extends": "pseudo_speakers", "augment": {"features": ["manifold_mixup"]}}
    trainer = equip(Trainer, recipe)(
        model, options, train_dataset=voices, eval_dataset=voices, data_collator=collate
    )
    assert (len(trainer.augmented), trainer.augmented.originals) == (130, 26)
    batch = next(iter(trainer.get_train_dataloader()))
    assert batch["labels"].shape == (8, 3)  # soft, as the network mixes them
    assert "mix_with" in batch
    trainer.train()
    losses = [row["loss"] for row in trainer.state.log_history if "loss" in row]
    assert len(losses) == 3
    assert np.isfinite(losses).all()
    found = trainer.evaluate()
    assert np.isfinite(found["eval_loss"])
    assert trainer.predict(voices).label_ids.tolist() == [0] * 3 + [1] * 3 + [2] * 3
