"""MER-HAN's trainer: a Hugging Face Trainer with weighted multi-head loss, dealt rows and averaged weights."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import nn
from torch.optim.lr_scheduler import LRScheduler
from torch.utils.data import Dataset, Sampler
from transformers import Trainer

from balancer.plugin.epochs import EpochBegin
from balancer.plugin.windowed import Windowed
from merhan.model.modeling import drop_modalities
from merhan.training.averaging import WeightAverage
from merhan.training.objective import HeadLosses
from merhan.training.schedules import restarting_cosine
from merhan.training.stopping import Patience
from recipes.feeding.staged import Staged


class MerHanTrainer(Windowed, Trainer):
    """Trainer for `MerHanForEmotionClassification`.

    Parameters beside those of `transformers.Trainer`
    ----------
    head_losses : the joint and auxiliary losses, or by the first epoch in which they hold.
    sampler : order of the training rows; its `set_epoch` is called by the Trainer.
    modality_dropout : probability a row loses its audio or its text (never both) in training.
    ema_decay : of the moving average of weights that is evaluated and kept; 0 switches it off.
    patience : epochs without a better dev UAR before training stops; 0 never stops early.
    counted_from : the first epoch, from 0, that patience counts and that may be kept as the best.
    restarts : epochs in which a schedule of its own begins, to its peak as a multiple of the learning rates.
    direct_learning_rate : of the direct path, which is linear and learns best several times as fast as the
        network; that of the network where absent.
    encoder_learning_rate : for a text encoder that is trained too.
    """

    def __init__(
        self,
        *args: Any,
        head_losses: HeadLosses | Mapping[int, HeadLosses],
        sampler: Sampler | None = None,
        modality_dropout: dict[str, float] | None = None,
        ema_decay: float = 0.0,
        patience: int = 0,
        counted_from: int = 0,
        restarts: Mapping[int, float] | None = None,
        direct_learning_rate: float | None = None,
        encoder_learning_rate: float = 2e-5,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.args.remove_unused_columns = False  # what a row holds is the collator's business
        self.losses = Staged(head_losses if isinstance(head_losses, Mapping) else {0: head_losses})
        for losses in self.losses.by_epoch.values():
            losses.to(self.args.device)
        self.contrastive = self.losses.at(0).contrastive
        self.begin_epoch(0)
        self.add_callback(EpochBegin(self.begin_epoch))
        self.counted_from = counted_from
        self.restarts = restarts or {}
        self.row_sampler = sampler
        self.modality_dropout = modality_dropout or {}
        self.place = (-1, 0)  # step, and which batch of its accumulation window
        self.rates = {
            "text_encoder": encoder_learning_rate,
            "direct_path": direct_learning_rate or self.args.learning_rate,
        }
        self.average = WeightAverage(ema_decay) if ema_decay else None
        if self.average:
            self.add_callback(self.average)
        if patience:
            self.add_callback(Patience(patience, counted_from))

    def begin_epoch(self, epoch: int) -> None:
        """The losses of this epoch, from 0."""
        self.head_losses = self.losses.at(epoch)
        self.head_losses.set_epoch(epoch)

    def train(self, *args: Any, **kwargs: Any) -> Any:
        """Train; the prototypes of a contrastive loss are on the model meanwhile.

        So they are optimised, averaged and kept in checkpoints as its own weights are, and are no part of what
        comes out.
        """
        if self.contrastive is None:
            return super().train(*args, **kwargs)
        self.model.add_module("contrastive", self.contrastive)
        # DistributedDataParallel takes what forward does not use for unused, and stops when it has a gradient.
        self.model._ddp_params_and_buffers_to_ignore = ["contrastive.prototypes"]
        try:
            return super().train(*args, **kwargs)
        finally:
            del self.model.contrastive, self.model._ddp_params_and_buffers_to_ignore

    def training_step(self, *args: Any, **kwargs: Any) -> torch.Tensor:
        loss = super().training_step(*args, **kwargs)
        gradient = None if self.contrastive is None else self.contrastive.prototypes.grad
        if gradient is not None and self.accelerator.sync_gradients:
            gradient.copy_(self.accelerator.reduce(gradient, reduction="mean"))
        return loss

    def _get_train_sampler(self, train_dataset: Dataset | None = None) -> Sampler | None:
        return self.row_sampler or super()._get_train_sampler(train_dataset)

    def weigh(self, batch: dict[str, Any]) -> torch.Tensor:
        """(heads,) Σ w of a batch's rows by each head's loss."""
        classes = self.accelerator.unwrap_model(self.model).config.num_labels
        return self.head_losses.total_weight(batch["labels"].to(self.args.device), classes)

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        num_items_in_batch: torch.Tensor | None = None,
        **kwargs: Any,
    ) -> Any:
        inputs = dict(inputs)  # the caller still wants its labels
        labels = inputs.pop("labels")
        present = {"audio": inputs["has_audio"], "text": inputs["has_text"]}
        if model.training and any(self.modality_dropout.values()):
            present["audio"], present["text"] = self._drop(present["audio"], present["text"])
            inputs |= {"has_audio": present["audio"], "has_text": present["text"]}
        outputs = model(**inputs)
        if (partner := inputs.get("mix_with")) is not None:  # half of silence would bear half of a label
            present = {name: rows & rows[partner] for name, rows in present.items()}
        loss = self.head_losses(outputs, labels, present, num_items_in_batch)
        if num_items_in_batch is not None:
            loss = loss * self.accelerator.num_processes  # over which DistributedDataParallel averages
        return (loss, outputs) if return_outputs else loss

    def _drop(self, has_audio: torch.Tensor, has_text: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Seeded by the batch's number, so that a resumed training drops what the uninterrupted one would have."""
        step = self.state.global_step
        self.place = (step, self.place[1] + 1 if self.place[0] == step else 0)
        batch = step * self.args.gradient_accumulation_steps + self.place[1]
        number = batch * self.accelerator.num_processes + self.accelerator.process_index
        rng = torch.Generator().manual_seed(self.args.seed * 1_000_003 + number)
        return drop_modalities(
            has_audio, has_text, self.modality_dropout["audio"], self.modality_dropout["text"], rng
        )

    def create_optimizer(self, model: nn.Module | None = None) -> torch.optim.Optimizer:
        """AdamW; no decay on biases and norms; the direct path and a trained text encoder have rates of their own."""
        if self.optimizer is None:
            model = model or self.model
            decayed = set(self.get_decay_parameter_names(model))
            groups: dict[tuple[float, float], list[nn.Parameter]] = {}
            for name, parameter in model.named_parameters():
                if parameter.requires_grad:
                    rate = self.rates.get(name.partition(".")[0], self.args.learning_rate)
                    decay = self.args.weight_decay if name in decayed else 0.0
                    groups.setdefault((rate, decay), []).append(parameter)
            self.optimizer = torch.optim.AdamW(
                [
                    {"params": parameters, "lr": rate, "weight_decay": decay}
                    for (rate, decay), parameters in sorted(groups.items(), key=lambda item: item[0])
                ]
            )
        return self.optimizer

    def create_scheduler(
        self, num_training_steps: int, optimizer: torch.optim.Optimizer | None = None
    ) -> LRScheduler:
        """The schedule that the arguments name, or one that begins anew with some stages."""
        if self.lr_scheduler is not None or not self.restarts:
            return super().create_scheduler(num_training_steps, optimizer)
        epoch = num_training_steps / self.args.num_train_epochs
        restarts = {round(first * epoch): peak for first, peak in self.restarts.items()}
        warmup = self.args.get_warmup_steps(num_training_steps) / num_training_steps
        self.lr_scheduler = restarting_cosine(
            optimizer or self.optimizer, num_training_steps, warmup, restarts
        )
        self._created_lr_scheduler = True
        return self.lr_scheduler

    def _determine_best_metric(self, metrics: dict[str, float], trial: Any) -> bool:
        """Epochs before `counted_from` are no candidates: what the recipe is about comes later."""
        epochs = sum("eval_uar" in row for row in self.state.log_history)
        return epochs > self.counted_from and super()._determine_best_metric(metrics, trial)

    def evaluation_loop(self, *args: Any, **kwargs: Any) -> Any:
        """Evaluate and predict with the averaged weights while training goes on."""
        if self.average is None or not self.is_in_train:
            return super().evaluation_loop(*args, **kwargs)
        with self.average.swapped_into(self.model):
            return super().evaluation_loop(*args, **kwargs)

    def _save_optimizer_and_scheduler(self, output_dir: str) -> None:
        """The average goes in before trainer_state.json, whose presence says that a checkpoint is whole."""
        super()._save_optimizer_and_scheduler(output_dir)
        if self.average and self.args.should_save:
            self.average.save(output_dir)

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: nn.Module | None = None) -> None:
        super()._load_from_checkpoint(resume_from_checkpoint, model)
        if self.average:
            self.average.load(resume_from_checkpoint, self.args.device)

    def _load_best_model(self) -> None:
        super()._load_best_model()
        if self.average:
            self.average.load(self.state.best_model_checkpoint, self.args.device)
            self.average.copy_to(self.model)
