"""MER-HAN trained on ready features by a Hugging Face Trainer."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import torch
from torch import nn
from transformers import PrinterCallback, TrainingArguments
from transformers.integrations import TensorBoardCallback

from merhan.errors import MerhanError
from merhan.evaluation.metrics import classification_report
from merhan.evaluation.predictions import hard_labels
from merhan.model.build import build_model
from merhan.model.configuration import FeatureDims
from merhan.model.modeling import MerHanForEmotionClassification
from merhan.training.checkpoints import last_whole_checkpoint
from merhan.training.decoupled import Classifier, decouple
from merhan.training.log import log_writer, silent_log_threads
from merhan.training.rows import Rows, TrainingRows, collate_rows
from merhan.training.stages import training_stages
from merhan.training.trainer import MerHanTrainer
from recipes.feeding.staged import StagedSampler
from recipes.stages import counted_from

if TYPE_CHECKING:
    from merhan.training.run import Job
    from merhan.training.views import Views


@dataclass(frozen=True)
class Fitted:
    """The best averaged weights, dev UAR by epoch, epochs trained, seconds it took, and what was done to the classifier."""

    model: MerHanForEmotionClassification
    curve: tuple[float, ...]
    epochs: float
    seconds: float
    classifier: Classifier | None = None


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
    classifier = decouple(trainer.model, views, job, folder)
    seconds = time.perf_counter() - started
    history = trainer.state.log_history
    curve = tuple(row["eval_uar"] for row in history if "eval_uar" in row)
    return Fitted(trainer.model.eval(), curve, trainer.state.epoch or 0.0, seconds, classifier)


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
    stages = training_stages(views, job, _contrastive(model, job))
    chains = {first: stage.features for first, stage in stages.items()}
    trainer = MerHanTrainer(
        model=model,
        args=arguments,
        train_dataset=TrainingRows(views.train, chains, job.seed)
        if any(chains.values())
        else Rows(views.train),
        eval_dataset=Rows(views.dev),
        data_collator=collate_rows,
        compute_metrics=_metrics_of(views.features.classes),
        callbacks=[TensorBoardCallback(log_writer(folder / "log")), *job.callbacks],
        head_losses={first: stage.losses for first, stage in stages.items()},
        sampler=StagedSampler({first: stage.sampler for first, stage in stages.items()}),
        modality_dropout=settings.modality_dropout.model_dump(),
        ema_decay=settings.ema_decay,
        patience=settings.patience,
        counted_from=counted_from(job.recipe, job.epochs),
        restarts={
            first: stage.learning_rate / settings.learning_rate
            for first, stage in stages.items()
            if stage.learning_rate is not None
        },
        direct_learning_rate=settings.direct_learning_rate,
    )
    trainer.remove_callback(PrinterCallback)
    return trainer


def _contrastive(model: MerHanForEmotionClassification, job: Job) -> nn.Module | None:
    """The loss on fused vectors that the recipe asks for."""
    wanted = job.recipe.train.contrastive
    if wanted is None:
        return None
    if model.embedding_size is None:
        raise MerhanError(
            f"recipe {job.recipe.name}: train.contrastive draws fused vectors together, and with model.network: false "
            "there are none; leave one of the two out."
        )
    from balancer.losses.contrastive import PrototypeContrastive

    return PrototypeContrastive(
        model.config.num_labels, model.embedding_size, wanted.temperature, reduction="sum_and_weight"
    )


def _metrics_of(classes: tuple[str, ...]) -> Any:
    def compute(found: Any) -> dict[str, float]:
        logits = torch.from_numpy(np.asarray(found.predictions)).float()
        labels = hard_labels(torch.from_numpy(np.asarray(found.label_ids)))
        report = classification_report(labels.numpy(), logits.softmax(dim=1).numpy(), classes)
        return {name: report[name] for name in ("uar", "macro_f1", "accuracy")}

    return compute
