"""Any Hugging Face Trainer class with a `balance` argument."""

from __future__ import annotations

import copyreg
import logging
import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any

from torch import Tensor, nn
from torch.utils.data import Sampler

from balancer.errors import BalanceError
from balancer.losses import make_loss
from balancer.plugin.balance import Balance
from balancer.plugin.epochs import EpochBegin, EpochOrder
from balancer.plugin.outputs import Inputs, for_evaluation, logits_of
from balancer.plugin.rows import column_of, read_rows
from balancer.plugin.window import window_mean
from balancer.plugin.windowed import Windowed

_LOG = logging.getLogger(__name__)
SAMPLE_WEIGHT = "sample_weight"


@cache
def balanced(trainer: type) -> type:
    """A subclass of `trainer` that takes `balance`, see `Balanced`; the same one each time, name and doc kept.

    trainer : `transformers.Trainer` or any subclass.

    Raises
    ------
    BalanceError : for anything else.
    """
    if not isinstance(trainer, type) or not hasattr(trainer, "compute_loss"):
        raise BalanceError(
            f"{trainer!r} is no Trainer class; give balanced() the class, not an instance.", "trainer"
        )
    if issubclass(trainer, Balanced):
        return trainer
    made = _kind(type(trainer))(trainer.__name__, (Balanced, trainer), {"__doc__": trainer.__doc__})
    made.__module__, made.__qualname__ = trainer.__module__, trainer.__qualname__
    return made


class Balanced(Windowed):
    """What `balanced` adds to a Trainer: class weights, loss and sampler of a `Balance`.

    Training minimises the loss that `balance` names, as Σ w·ℓ / Σ w over the accumulation window and all processes.
    **Evaluation reports plain cross-entropy**: the mean over rows, without weights, margins or smoothing.  Weighted
    batch means can't be averaged into a weighted mean; the plain one can, and it compares across balances and with
    the bare Trainer.  To choose a checkpoint by what balancing is for, give `compute_metrics` with a macro-averaged
    recall, and name it in `metric_for_best_model`.

    A column `sample_weight` multiplies what its row weighs.  `args.label_smoothing_factor` is taken over, and is an
    error where `balance` smooths too.  Without `balance` all is as in the Trainer class itself.

    Parameters
    ----------
    balance : a `Balance`, ``"auto"``, or None.

    Raises
    ------
    BalanceError : for settings that contradict each other; models that are no single-label classifiers; training
        sets whose classes can't be counted.
    """

    balance: Balance | None = None
    in_windows = False

    def __init__(self, *args: Any, balance: Balance | str | None = None, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if balance is None:
            return
        balance = Balance(balance) if isinstance(balance, str) else balance
        self.balance, self.in_windows = _with_smoothing_of(self.args, balance), True
        _check_trainer(self)
        if not self.label_names:  # a model that takes no labels is evaluated all the same
            self.label_names = ["labels"]
        self.balance_loss: nn.Module | None = None
        self._plain_loss = make_loss("cross_entropy")
        self._forward = Inputs(self.accelerator.unwrap_model(self.model))
        self._epoch_order: EpochOrder | None = None
        self.add_callback(EpochBegin(self._begin_epoch))
        if self.train_dataset is not None:
            self._count()

    def _count(self) -> None:
        """Labels and counts of the training split, and the loss that they make."""
        model = self.accelerator.unwrap_model(self.model)
        self.balance_rows = read_rows(
            self.train_dataset,
            _classes(model),
            [*self.label_names, "label"],
            self.balance.copies_count,
        )
        self.balance = self.balance.settled(self.balance_rows.counts)
        self.balance_loss = self.balance.criterion(self.balance_rows.counts)

    def _begin_epoch(self, epoch: int) -> None:
        self.balance_loss.set_epoch(epoch)
        if self._epoch_order is not None:
            self._epoch_order.epoch = epoch

    def train(self, *args: Any, **kwargs: Any) -> Any:
        """As the Trainer's; a training set that was given late is counted first."""
        if self.balance is not None and self.balance_loss is None and self.train_dataset is not None:
            self._count()
        return super().train(*args, **kwargs)

    def _get_train_sampler(self, *args: Any) -> Sampler | None:
        if self.balance is None or self.balance.sampler is None:
            return super()._get_train_sampler(*args)
        columns = {
            name: column_of(self.train_dataset, (column,))
            for name in ("groups", "lengths")
            if (column := getattr(self.balance, name)) is not None
        }
        seed = self.args.seed if self.args.data_seed is None else self.args.data_seed
        epochs = epochs_of(self.args, len(self.balance_rows.labels))
        given = {"batch_size": self.args.train_batch_size, "epochs": epochs, "seed": seed}
        self._epoch_order = EpochOrder(self.balance.order(self.balance_rows.read, **columns, **given))
        return self._epoch_order

    def get_batch_samples(self, *args: Any, **kwargs: Any) -> tuple[list[Any], Any]:
        """As Windowed's; a collator that failed for want of a column that the Trainer removed is explained."""
        try:
            return super().get_batch_samples(*args, **kwargs)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            if self.balance is not None and (sentence := self._taken_away(error)):
                raise BalanceError(sentence, "remove_unused_columns") from error
            raise

    def weigh(self, batch: Any) -> Tensor:
        """Σ w of a batch's rows by the balanced loss."""
        extra = [batch[SAMPLE_WEIGHT]] if SAMPLE_WEIGHT in batch else []
        labels = batch[self.label_name].to(self.args.device)
        return self.balance_loss.total_weight(labels, len(self.balance_rows.counts), *extra)

    def compute_loss(
        self,
        model: nn.Module,
        inputs: dict[str, Any],
        return_outputs: bool = False,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        """The balanced loss in training, plain cross-entropy in evaluation; the inputs stay as they are."""
        name = self.label_name
        if self.balance is None or name not in inputs:
            return super().compute_loss(model, inputs, return_outputs, *args, **kwargs)
        labels, weight = inputs[name], inputs.get(SAMPLE_WEIGHT)
        given = {key: value for key, value in inputs.items() if key not in (name, SAMPLE_WEIGHT)}
        if self._forward.needs(name):
            given[name] = labels
        outputs = model(**self._forward.accepted(given))
        logits = logits_of(outputs)
        if model.training:
            total = args[0] if args else kwargs.get("num_items_in_batch", self.window)
            extra = {} if weight is None else {SAMPLE_WEIGHT: weight}
            weighted, own = self.balance_loss(logits, labels, **extra)
            alone = total is None
            loss = window_mean(
                weighted, own if alone else total, 1 if alone else self.accelerator.num_processes
            )
        else:
            loss = self._plain_loss(logits, labels)
        return (loss, for_evaluation(loss, outputs)) if return_outputs else loss

    def _set_signature_columns_if_needed(self) -> None:
        super()._set_signature_columns_if_needed()
        if self.balance is not None and SAMPLE_WEIGHT not in self._signature_columns:
            self._signature_columns = [*self._signature_columns, SAMPLE_WEIGHT]

    def _taken_away(self, error: Exception) -> str:
        """What a collator that failed may lack because the Trainer removed it; empty where nothing was."""
        if (
            isinstance(error, BalanceError)
            or not self.args.remove_unused_columns
            or not self._signature_columns
        ):
            return ""
        columns = getattr(self.train_dataset, "column_names", None) or self.train_dataset[0]
        gone = (
            sorted(map(str, set(columns) - set(self._signature_columns)))
            if isinstance(columns, list | Mapping)
            else ()
        )
        if not gone:
            return ""
        return (
            f"the data collator failed ({type(error).__name__}: {error}), and columns {', '.join(gone)} had been removed "
            f"because {type(self.model).__name__} takes none of that name; if it needs them, set "
            "TrainingArguments(remove_unused_columns=False)."
        )


def epochs_of(arguments: Any, rows: int) -> int:
    """How many epochs TrainingArguments ask for, one that isn't finished counted whole."""
    if arguments.max_steps <= 0:
        return max(1, math.ceil(arguments.num_train_epochs))
    seen = arguments.max_steps * arguments.gradient_accumulation_steps * arguments.train_batch_size
    return max(1, math.ceil(seen * arguments.world_size / rows))


def _classes(model: nn.Module) -> Sequence[str] | int | None:
    """Class names in the order of the logits, their number where nobody named them, None where nobody knows."""
    config = getattr(model, "config", None)
    names = getattr(config, "id2label", None)
    if names and not all(name == f"LABEL_{number}" for number, name in names.items()):
        return [names[number] for number in sorted(names)]
    return getattr(config, "num_labels", None)


def _with_smoothing_of(arguments: Any, balance: Balance) -> Balance:
    """`label_smoothing_factor` of TrainingArguments as the loss's own."""
    factor = arguments.label_smoothing_factor
    if not factor:
        return balance
    if balance.smooths:
        raise BalanceError(
            f"label smoothing is set twice, label_smoothing_factor={factor} in TrainingArguments and in balance; keep one.",
            "label_smoothing",
        )
    return replace(balance, label_smoothing=factor)


def _check_trainer(trainer: Any) -> None:
    """Refuse what a balanced loss can't be joined with."""
    below = type(trainer).__mro__[type(trainer).__mro__.index(Balanced) + 1 :]
    theirs = next(cls for cls in below if "compute_loss" in vars(cls))
    if not theirs.__module__.startswith("transformers."):
        _LOG.warning(
            "%s.compute_loss is not called where balance is given, which has the loss.", theirs.__name__
        )
    if getattr(trainer, "compute_loss_func", None) is not None:
        raise BalanceError(
            "balance and compute_loss_func are two losses; leave one out.", "compute_loss_func"
        )
    config = getattr(trainer.model, "config", None)
    kind = getattr(config, "problem_type", None)
    if kind in ("multi_label_classification", "regression") or getattr(config, "num_labels", 2) == 1:
        raise BalanceError(
            f"balance is for single-label classification, and the model does {kind or 'regression'} "
            f"(num_labels {config.num_labels}); leave balance out, or set problem_type.",
            "problem_type",
        )
    if len(trainer.label_names) > 1:
        raise BalanceError(
            f"balance needs one label a row, and the model takes {', '.join(trainer.label_names)}; name it in "
            "TrainingArguments(label_names=[…]).",
            "label_names",
        )


@cache
def _kind(kind: type) -> type:
    """A metaclass whose classes pickle by the Trainer class they were made of: their name stands for that one."""
    made = type("BalancedType", (kind,), {})
    copyreg.pickle(made, _reduced)
    return made


def _reduced(cls: type) -> Any:
    own = cls.__bases__[0] is Balanced and len(cls.__bases__) == 2
    return (balanced, (cls.__bases__[1],)) if own else cls.__qualname__
