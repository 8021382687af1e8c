"""A Hugging Face Trainer whose loss is a weighted mean over the accumulation window."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from torch import Tensor, nn

from balancer.plugin.window import window_weight, without_filler


class Windowed:
    """Mixin before a Trainer class: Σ w of each window, for a `compute_loss` that divides by it (see window.py).

    A class that has it defines `weigh`, divides Σ w·ℓ by `self.window`, which is None outside of a training step,
    and multiplies by the number of processes (`window_mean` does both).
    """

    in_windows = True  # else all is as in the Trainer
    window: Tensor | None = None
    rows_an_epoch: int | None = None

    def weigh(self, batch: Any) -> Tensor:
        """Σ w of a batch's rows, of any shape."""
        raise NotImplementedError

    @property
    def label_name(self) -> str:
        """The labels' name in a batch."""
        return self.label_names[0] if self.label_names else "labels"

    def get_train_dataloader(self) -> Any:
        """As the Trainer's; how many rows an epoch has is kept, to tell what only fills up its last batch."""
        loader = super().get_train_dataloader()
        batches = getattr(loader, "batch_sampler", None)
        while hasattr(batches, "batch_sampler"):
            batches = batches.batch_sampler
        sampler = getattr(batches, "sampler", None)
        self.rows_an_epoch = len(sampler) if hasattr(sampler, "__len__") else None
        return loader

    def get_batch_samples(self, *args: Any, **kwargs: Any) -> tuple[list[Any], Any]:
        """The batches of a window, and Σ w of their rows on all processes.

        Transformers before 4.50 counts here itself; later ones call `_get_num_items_in_batch`.
        """
        if not self.in_windows:
            return super().get_batch_samples(*args, **kwargs)
        batches, _ = super().get_batch_samples(*args, **kwargs)
        return batches, self._window_weight(batches)

    def _get_num_items_in_batch(self, *args: Any, **kwargs: Any) -> Any:
        return None if self.in_windows else super()._get_num_items_in_batch(*args, **kwargs)

    def training_step(self, model: nn.Module, inputs: dict[str, Any], *args: Any, **kwargs: Any) -> Tensor:
        """As the Trainer's; a `compute_loss` in between need not hand the window's weight on."""
        if not self.in_windows:
            return super().training_step(model, inputs, *args, **kwargs)
        self.window = args[0] if args else kwargs.get("num_items_in_batch")
        # Without it the loss is a batch's mean, which the Trainer divides by the number of batches.
        self.loss_is_scaled_for_ga = self.window is not None
        self.model_accepts_loss_kwargs = True  # what says so to transformers before 5.19
        try:
            return super().training_step(model, inputs, *args, **kwargs)
        finally:
            self.window = None

    def _window_weight(self, batches: Sequence[Any]) -> Tensor | None:
        name = self.label_name
        if not batches or name not in batches[0]:
            return None
        if self.accelerator.num_processes > 1 and self.accelerator.gradient_state.end_of_dataloader:
            self._ignore_filler(batches[-1], name)
        return window_weight(batches, self.weigh, self.accelerator)

    def _ignore_filler(self, batch: Any, name: str) -> None:
        if self.rows_an_epoch is not None and not self.args.dataloader_drop_last:
            processes, process = self.accelerator.num_processes, self.accelerator.process_index
            batch[name] = without_filler(batch[name], self.rows_an_epoch, processes, process)
