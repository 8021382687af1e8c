"""An exponential moving average of the weights: what is evaluated and kept."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import nn
from transformers import TrainerCallback

FILE = "average.safetensors"


class WeightAverage(TrainerCallback):
    """Keep avg ← d·avg + (1 − d)·w after every optimizer step, d = min(decay, (1 + t) / (10 + t)).

    The ramp lets short trainings (ten epochs of thirty steps) forget where they began. Only trainable
    weights are averaged. The trainer saves the average in each checkpoint, so that resuming goes on with it.
    """

    def __init__(self, decay: float):
        self.decay = decay
        self.steps = 0
        self.weights: dict[str, torch.Tensor] = {}

    def on_train_begin(self, args: Any, state: Any, control: Any, model: nn.Module, **kwargs: Any) -> None:
        if not self.weights:
            self.weights = {name: p.detach().clone() for name, p in _trainable(model)}

    def on_step_end(self, args: Any, state: Any, control: Any, model: nn.Module, **kwargs: Any) -> None:
        self.steps = state.global_step
        decay = min(self.decay, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            for name, parameter in _trainable(model):
                self.weights[name].lerp_(parameter.detach().to(self.weights[name].dtype), 1 - decay)

    def save(self, folder: str | Path) -> None:
        """Keep the average in a checkpoint."""
        save_file({k: v.contiguous() for k, v in self.weights.items()}, Path(folder) / FILE)

    def load(self, folder: str | Path, device: torch.device | str = "cpu") -> None:
        """Take the average of a checkpoint."""
        self.weights = {k: v.to(device) for k, v in load_file(Path(folder) / FILE).items()}

    def copy_to(self, model: nn.Module) -> None:
        """Make the averaged weights the model's own."""
        with torch.no_grad():
            for name, parameter in _trainable(model):
                parameter.copy_(self.weights[name])

    @contextmanager
    def swapped_into(self, model: nn.Module) -> Iterator[None]:
        """The model with averaged weights inside, its own again outside."""
        own = {name: p.detach().clone() for name, p in _trainable(model)}
        self.copy_to(model)
        try:
            yield
        finally:
            with torch.no_grad():
                for name, parameter in _trainable(model):
                    parameter.copy_(own[name])


def _trainable(model: nn.Module) -> list[tuple[str, nn.Parameter]]:
    module = getattr(
        model, "module", model
    )  # DistributedDataParallel wraps the model that the names belong to
    return [(name, p) for name, p in module.named_parameters() if p.requires_grad]
