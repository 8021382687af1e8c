"""Losses by name, each in one file; torch is imported when one is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any

import catalogue
import numpy as np

from balancer.errors import BalanceError, unknown
from balancer.options import Method, Option, check_options, find, known_names

if TYPE_CHECKING:
    import torch

    from balancer.losses.module import Loss

__all__ = ["COMMON", "Option", "check_loss", "find_loss", "loss", "loss_names", "losses", "make_loss"]

# One name with a dot: catalogue would join two with "_", and the group is merhan_balance.losses.
losses = catalogue.create("merhan_balance.losses", entry_points=True)

BUILT_IN = (  # each a file here
    "balanced_softmax",
    "class_balanced",
    "cross_entropy",
    "focal",
    "ldam",
    "logit_adjustment",
    "vector_scaling",
)

REDUCTIONS = ("mean", "sum", "none", "sum_and_weight")
COMMON = {"label_smoothing": Option(0.0, 0.0, 1.0, "share of a target spread over all classes", below=True)}


def make_loss(
    name: str = "cross_entropy",
    *,
    counts: Mapping[str, float] | Sequence[float] | None = None,
    weight: Sequence[float] | torch.Tensor | None = None,
    label_smoothing: float = 0.0,
    ignore_index: int = -100,
    reduction: str = "mean",
    drw_epoch: int | None = None,
    **options: Any,
) -> Loss:
    """A loss as a torch module: `(logits (batch, classes), labels (batch,) or (batch, classes)) -> scalar`.

    Parameters
    ----------
    name : a registered loss, see `loss_names`.
    counts : training utterances of each class (a sequence in class order, or a mapping, taken by sorted
        name), for the losses that are made of them; they never weigh cross-entropy.
    weight : of each class, in class order; usually `class_weights(counts)`.
    label_smoothing : share ε of each target that is spread evenly over all classes.
    ignore_index : rows with this label contribute nothing; of soft labels, rows all of it or all zero.
    reduction : mean, Σ w·ℓ / Σ w; sum, Σ w·ℓ; none, w·ℓ of each row; sum_and_weight, the pair (Σ w·ℓ, Σ w),
        to divide once over a whole accumulation window.
    drw_epoch : deferred re-weighting (Cao et al. 2019, arXiv:1906.07413), for any loss: class weights are 1
        before this epoch, counted from 0; a trainer calls `set_epoch` on the loss, else epoch 0 never ends.
    options : of this loss alone.

    Raises
    ------
    BalanceError : for a name, option or reduction that does not exist (the nearest is shown), values out of
        bounds, weights or counts that are not one number a class.
    """
    found = find_loss(name)
    check_options(found, {"label_smoothing": label_smoothing, **options}, COMMON)
    if reduction not in REDUCTIONS:
        raise unknown("reduction", reduction, REDUCTIONS, "reduction")
    whole = isinstance(drw_epoch, int | np.integer) and not isinstance(drw_epoch, bool)
    if drw_epoch is not None and not (whole and drw_epoch >= 0):
        raise BalanceError(f"loss {name}: drw_epoch {drw_epoch!r} is not a whole number from 0.", "drw_epoch")
    if found.needs_counts and counts is None:
        raise BalanceError(f"loss {name} is made of class counts: give counts=, in class order.", "counts")

    from balancer.losses.module import Loss

    settings = found.settings(options)
    return Loss(found, counts, weight, label_smoothing, ignore_index, reduction, drw_epoch, settings)


def loss(
    name: str,
    *,
    needs_counts: bool = False,
    weigh: Callable[..., np.ndarray] | None = None,
    **options: Option,
) -> Callable[[Callable], Method]:
    """Decorator: register a loss by the function that computes it.

    The function takes `logits` (batch, classes), floats of 32 bits or more, and `targets` (batch, classes),
    shares that sum to 1 in each row, then its options by name, and `counts` (classes,), all above 0, with
    `needs_counts`.  It returns the loss of each row, (batch,).  Weights, smoothing, ignored rows and the mean
    are not its business: `Loss` in module.py does them for all.  A loss whose method is to weigh classes
    gives `weigh`, which takes counts (classes,) and the options and returns weights (classes,); they multiply
    what a row weighs, as `weight=` does, so that Σ w knows them.  Such a loss needs counts.
    """

    def add(function: Callable) -> Method:
        method = Method("loss", name, function, options, needs_counts or weigh is not None, weigh)
        losses.register(name, func=method)
        return method

    return add


def find_loss(name: str) -> Method:
    """The loss called `name`: its function, its options and their bounds; no torch."""
    _register_built_in()
    return find(losses, "loss", name)


def loss_names() -> list[str]:
    """Every known loss, built in and from entry points."""
    _register_built_in()
    return known_names(losses)


def check_loss(name: str, **options: Any) -> None:
    """Raise BalanceError (its `key` names the option) where `make_loss` would for these; no torch."""
    check_options(find_loss(name), options, COMMON)


@cache
def _register_built_in() -> None:
    for name in BUILT_IN:
        import_module(f"{__name__}.{name}")
