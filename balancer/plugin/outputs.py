"""What models return, and what they can be given."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from typing import Any

from torch import Tensor, nn

from balancer.errors import BalanceError


def logits_of(outputs: Any) -> Tensor:
    """The logits, (batch, classes), of a ModelOutput, dict, tuple (a loss before them or not) or bare tensor."""
    if isinstance(outputs, Tensor):
        return outputs
    if isinstance(outputs, Mapping):
        found = outputs.get("logits")
    elif isinstance(outputs, tuple | list):
        found = next((one for one in outputs if isinstance(one, Tensor) and one.ndim > 1), None)
    else:
        found = getattr(outputs, "logits", None)
    if found is None:
        raise BalanceError(
            f"the model returned {type(outputs).__name__} without logits; return them under 'logits', or first.",
            "model",
        )
    return found


def for_evaluation(loss: Tensor, outputs: Any) -> Any:
    """Outputs as the Trainer's prediction expects them: a mapping, or a tuple whose first is the loss."""
    if isinstance(outputs, Mapping):
        return outputs
    if isinstance(outputs, tuple | list):
        return (loss, *(one for one in outputs if not (isinstance(one, Tensor) and one.ndim == 0)))
    return (loss, logits_of(outputs))


class Inputs:
    """What a model's `forward` takes of a batch.

    A collator that needs more columns than the model keeps them with ``remove_unused_columns=False``; what it leaves
    in the batch and the model has no parameter for goes no further.
    """

    def __init__(self, model: nn.Module):
        model = model.get_base_model() if hasattr(model, "get_base_model") else model  # PEFT
        self.parameters = inspect.signature(model.forward).parameters
        self.takes_any = any(p.kind is p.VAR_KEYWORD for p in self.parameters.values())

    def needs(self, name: str) -> bool:
        """Whether `forward` can't be called without it."""
        return name in self.parameters and self.parameters[name].default is inspect.Parameter.empty

    def accepted(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        """Those of the batch; of what no parameter is named after, tensors, if there is a ``**kwargs``."""
        return {
            name: value
            for name, value in batch.items()
            if name in self.parameters or (self.takes_any and isinstance(value, Tensor))
        }
