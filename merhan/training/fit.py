"""MER-HAN trained on ready features by a Hugging Face Trainer."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from transformers import PrinterCallback, TrainingArguments
from transformers.integrations import TensorBoardCallback

from balancer import make_sampler
from merhan.evaluation.metrics import classification_report
from merhan.evaluation.predictions import hard_labels
from merhan.features.frames import frame_names
from merhan.model.build import build_model
from merhan.model.configuration import FeatureDims
from merhan.model.modeling import MerHanForEmotionClassification
from merhan.training.checkpoints import last_whole_checkpoint
from merhan.training.log import log_writer, silent_log_threads
from merhan.training.loss import head_losses, training_counts
from merhan.training.trainer import MerHanTrainer, Rows, TrainingRows, collate_rows
from recipes.chains import build_features
from recipes.feeding.dealing import DealtSampler

if TYPE_CHECKING:
    from merhan.training.run import Job
    from merhan.training.views import Views


@dataclass(frozen=True)
class Fitted:
    """The best averaged weights, dev UAR by epoch, epochs trained and seconds it took."""

    model: MerHanForEmotionClassification
    curve: tuple[float, ...]
    epochs: float
    seconds: float


def fit(views: Views, job: Job, folder: Path) -> Fitted:
    """Train; `folder` gets checkpoints/ and log/, and training goes on from the last checkpoint there."""
    features = views.features
    dims = FeatureDims(features.frame_dim, features.functional_dim, features.text_dim)
    encoder = features.encoder.model if features.encoder else None
    model = build_model(views.model_settings, dims, features.classes, encoder, seed=job.seed)
    trainer = make_trainer(model, views, job, folder)
    started = time.perf_counter()
    checkpoint = last_whole_checkpoint(folder / "checkpoints")
    with silent_log_threads():
        trainer.train(resume_from_checkpoint=None if checkpoint is None else str(checkpoint))
    seconds = time.perf_counter() - started
    history = trainer.state.log_history
    curve = tuple(row["eval_uar"] for row in history if "eval_uar" in row)
    return Fitted(trainer.model.eval(), curve, trainer.state.epoch or 0.0, seconds)


def make_trainer(
    model: MerHanForEmotionClassification, views: Views, job: Job, folder: Path
) -> MerHanTrainer:
    """The Trainer of a recipe's `train` section."""
    settings = job.recipe.train
    epochs = job.epochs or settings.epochs
    steps = math.ceil(views.originals / settings.batch_size) * epochs
    arguments = TrainingArguments(
        output_dir=str(folder / "checkpoints"),
        num_train_epochs=epochs,
        per_device_train_batch_size=settings.batch_size,
        per_device_eval_batch_size=64,
        learning_rate=settings.learning_rate,
        weight_decay=settings.weight_decay,
        lr_scheduler_type="cosine",
        warmup_steps=round(settings.warmup_ratio * steps),
        max_grad_norm=settings.max_grad_norm,
        eval_strategy="epoch",
        save_strategy="epoch",
        logging_strategy="epoch",
        save_total_limit=1,
        load_best_model_at_end=True,
        metric_for_best_model="uar",
        greater_is_better=True,
        label_names=["labels"],
        remove_unused_columns=False,
        report_to="none",
        disable_tqdm=True,
        seed=job.seed,
        dataloader_pin_memory=torch.cuda.is_available(),
        bf16=torch.cuda.is_available() and torch.cuda.is_bf16_supported(),
    )
    trainer = MerHanTrainer(
        model=model,
        args=arguments,
        train_dataset=_training_rows(views, job),
        eval_dataset=Rows(views.dev),
        data_collator=collate_rows,
        compute_metrics=_metrics_of(views.features.classes),
        callbacks=[TensorBoardCallback(log_writer(folder / "log")), *job.callbacks],
        head_losses=head_losses(views.train_corpus, views.features.classes, settings),
        sampler=_sampler(views, job),
        modality_dropout=settings.modality_dropout.model_dump(),
        ema_decay=settings.ema_decay,
        patience=settings.patience,
        direct_learning_rate=settings.direct_learning_rate,
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def _training_rows(views: Views, job: Job) -> Rows:
    """The training set; what the recipe does to features is done as its batches are made."""
    settings = job.recipe.train.class_weights
    counts = training_counts(views.train_corpus, views.features.classes, settings.copies_count)
    names = frame_names(views.features.settings)
    bands = [column for column, name in enumerate(names) if name.startswith("mel_")]
    chain = build_features(
        job.recipe, views.features.classes, counts, bands=(bands[0], bands[-1] + 1) if bands else (0, 0)
    )
    return TrainingRows(views.train, chain, job.seed) if chain else Rows(views.train)


def _sampler(views: Views, job: Job) -> Any:
    chosen = job.recipe.train.sampler
    if chosen is None:
        return DealtSampler(len(views.train), views.originals, job.seed)
    labels = [u.label for u in views.train_corpus]
    return make_sampler(chosen.name, labels, num_samples=views.originals, seed=job.seed, **chosen.options())


def _metrics_of(classes: tuple[str, ...]) -> Any:
    def compute(found: Any) -> dict[str, float]:
        logits = torch.from_numpy(np.asarray(found.predictions)).float()
        labels = hard_labels(torch.from_numpy(np.asarray(found.label_ids)))
        report = classification_report(labels.numpy(), logits.softmax(dim=1).numpy(), classes)
        return {name: report[name] for name in ("uar", "macro_f1", "accuracy")}

    return compute
