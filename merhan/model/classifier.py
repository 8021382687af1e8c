"""MER-HAN's classifier: the three heads and the direct path, all that reads pooled vectors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import torch
from torch import nn

from merhan.model.heads import ZeroLinear

if TYPE_CHECKING:
    from merhan.model.modeling import MerHanForEmotionClassification


def classifier_parts(model: MerHanForEmotionClassification) -> dict[str, nn.Module]:
    """By name; a model without a network has the direct path alone, and the other way about."""
    parts: dict[str, nn.Module] = {}
    if model.network is not None:
        parts = {name: getattr(model.network, name) for name in ("joint_head", "audio_head", "text_head")}
    return parts | ({} if model.direct_path is None else {"direct_path": model.direct_path})


def forget_classifier(model: MerHanForEmotionClassification, seed: int) -> None:
    """As the classifier was before training: what starts at zero at zero, hidden layers drawn by `seed`."""
    rng = torch.Generator().manual_seed(seed)
    for layer in _layers(model):
        with torch.no_grad():
            if isinstance(layer, ZeroLinear):
                layer.weight.zero_()
            else:
                drawn = torch.empty(layer.weight.shape)
                layer.weight.copy_(nn.init.xavier_uniform_(drawn, generator=rng))
            layer.bias.zero_()


def class_norms(model: MerHanForEmotionClassification) -> torch.Tensor:
    """(classes,) ‖W_c‖ of everything that adds up to the joint logit of class c, as one weight vector."""
    squares = [layer.weight.detach().double().pow(2).sum(dim=1) for layer in _outputs(model)]
    return torch.stack(squares).sum(dim=0).sqrt().cpu()


def scale_classes(model: MerHanForEmotionClassification, factors: torch.Tensor) -> None:
    """Multiply the logits of every head by (classes,) factors, for good: weights and biases."""
    for layer in _outputs(model):
        with torch.no_grad():
            by = factors.to(layer.weight)
            layer.weight.mul_(by[:, None])
            layer.bias.mul_(by)


def _layers(model: MerHanForEmotionClassification) -> list[nn.Linear]:
    parts = classifier_parts(model).values()
    return [layer for part in parts for layer in part.modules() if isinstance(layer, nn.Linear)]


def _outputs(model: MerHanForEmotionClassification) -> list[nn.Linear]:
    """The layers whose rows are classes: they start at zero, and no other does."""
    return [layer for layer in _layers(model) if isinstance(layer, ZeroLinear)]
