"""MER-HAN's trainer: a Hugging Face Trainer with weighted multi-head loss, dealt rows and averaged weights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import torch
from torch import nn
from torch.utils.data import Dataset, Sampler
from transformers import EarlyStoppingCallback, Trainer

from augment.features import FeatureChain, batch_generator
from merhan.model.modeling import drop_modalities
from merhan.training.averaging import WeightAverage
from merhan.training.objective import HeadLosses

if TYPE_CHECKING:
    from merhan.features.featureset import FeatureSet


class Rows(Dataset):
    """Row numbers of a FeatureSet; its `collate` makes them a batch, padded no further than that batch needs."""

    def __init__(self, features: FeatureSet):
        self.features = features

    def __len__(self) -> int:
        return len(self.features)

    def __getitem__(self, row: int) -> tuple[FeatureSet, int]:
        return self.features, row


def collate_rows(rows: list[tuple[FeatureSet | TrainingRows, int]]) -> dict[str, torch.Tensor]:
    """The batch of some rows of one set, whichever split it is; of training rows, transformed."""
    return rows[0][0].collate([row for _, row in rows])


class TrainingRows(Rows):
    """Rows of the training set, whose batches go through a recipe's `augment.features`.

    What is drawn for a batch is a function of the seed, the epoch and the rows in it: the same after a resumption.
    """

    def __init__(self, features: FeatureSet, chain: FeatureChain, seed: int):
        super().__init__(features)
        self.chain, self.seed, self.epoch = chain, seed, 0

    def set_epoch(self, epoch: int) -> None:
        """Called by the Trainer before each epoch."""
        self.epoch = epoch

    def __getitem__(self, row: int) -> tuple[TrainingRows, int]:
        return self, row

    def collate(self, rows: list[int]) -> dict[str, torch.Tensor]:
        """The batch of these rows, transformed."""
        return self.chain(self.features.collate(rows), batch_generator(self.seed, rows, self.epoch))


class MerHanTrainer(Trainer):
    """Trainer for `MerHanForEmotionClassification`.

    Parameters beside those of `transformers.Trainer`
    ----------
    head_losses : the joint and auxiliary losses.
    sampler : order of the training rows; its `set_epoch` is called by the Trainer.
    modality_dropout : probability a row loses its audio or its text (never both) in training.
    ema_decay : of the moving average of weights that is evaluated and kept; 0 switches it off.
    patience : epochs without a better dev UAR before training stops; 0 never stops early.
    direct_learning_rate : of the direct path, which is linear and learns best several times as fast as the
        network; that of the network where absent.
    encoder_learning_rate : for a text encoder that is trained too.
    """

    def __init__(
        self,
        *args: Any,
        head_losses: HeadLosses,
        sampler: Sampler | None = None,
        modality_dropout: dict[str, float] | None = None,
        ema_decay: float = 0.0,
        patience: int = 0,
        direct_learning_rate: float | None = None,
        encoder_learning_rate: float = 2e-5,
        **kwargs: Any,
    ):
        super().__init__(*args, **kwargs)
        self.args.remove_unused_columns = False  # what a row holds is the collator's business
        self.head_losses = head_losses.to(self.args.device)
        self.row_sampler = sampler
        self.modality_dropout = modality_dropout or {}
        self.place = (-1, 0)  # step, and which batch of its accumulation window
        self.rates = {
            "text_encoder": encoder_learning_rate,
            "direct_path": direct_learning_rate or self.args.learning_rate,
        }
        self.loss_is_scaled_for_ga = True  # compute_loss divides by the whole window's weight itself
        self.average = WeightAverage(ema_decay) if ema_decay else None
        if self.average:
            self.add_callback(self.average)
        if patience:
            self.add_callback(EarlyStoppingCallback(early_stopping_patience=patience))

    def _get_train_sampler(self, train_dataset: Dataset | None = None) -> Sampler | None:
        return self.row_sampler or super()._get_train_sampler(train_dataset)

    def _get_num_items_in_batch(self, batch_samples: list, device: torch.device) -> torch.Tensor | None:
        """(heads,) Σ w over the accumulation window and all processes: the denominators of weighted means."""
        if not batch_samples or "labels" not in batch_samples[0]:
            return None
        classes = self.accelerator.unwrap_model(self.model).config.num_labels
        labels = [batch["labels"].to(device) for batch in batch_samples]
        total = sum(self.head_losses.total_weight(rows, classes) for rows in labels)
        return self.accelerator.reduce(total, reduction="sum")

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
            # DistributedDataParallel averages gradients over processes; the denominator is already global.
            loss = loss * self.accelerator.num_processes
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
