"""The `train` section: what is learnt from the balanced corpus, and how long."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from recipes.fields import Faulty, Section, empty_if_null, number, shown
from recipes.suggest import did_you_mean


class WeightSettings(Section):
    """Class weights of the loss, see `balancer.class_weights`; a copy counts `copies_count`."""

    method: str | dict[str, float] = Field(
        "balanced",
        description="one of balanced, inverse, inverse_sqrt, effective_number, log, none, or a map of class to weight",
    )
    power: float = number(1.0, 0, 4, "as exponent of the weights")
    beta: float = number(0.999, 0, 1, "for effective_number", below=True)
    normalise: Literal["mean", "rows", "max", "min", "none"] = "mean"
    clip: float | list[float] | None = None
    prior: dict[str, float] | None = None
    copies_count: float = number(1.0, 0, 1, "utterances a copy")

    def options(self) -> dict[str, Any]:
        """What `class_weights` takes."""
        return self.model_dump(include={"method", "power", "beta", "normalise", "clip", "prior"})

    @model_validator(mode="after")
    def _makes_weights(self) -> WeightSettings:
        """As far as that can be said without a corpus, of which `check_labels` knows the classes."""
        from balancer.errors import BalanceError
        from balancer.weights import METHODS, class_weights

        faulty = Faulty()
        if isinstance(self.method, str) and self.method not in METHODS:
            allowed = type(self).model_fields["method"].description
            faulty.add(
                ("method",), f"{shown(self.method)} is not {allowed}{did_you_mean(self.method, METHODS)}"
            )
        else:
            named = self.method if isinstance(self.method, dict) else self.prior
            try:
                class_weights({1: 1} if named is None else dict.fromkeys(named, 1), **self.options())
            except BalanceError as error:
                message = str(error).removeprefix(f"{error.key} ").removeprefix(f"{error.key}: ")
                faulty.add((error.key or "method",), message.rstrip("."))
        faulty.raise_if_any()
        return self


class Named(Section):
    """Something of a registry by `name`; the keys beside it are its options."""

    model_config = ConfigDict(extra="allow")

    name: str

    @model_validator(mode="before")
    @classmethod
    def _bare_name(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value

    def options(self) -> dict[str, Any]:
        """All but the name."""
        return {key: value for key, value in self.model_dump().items() if key != "name"}

    def _check_options(self, kind: str, find: Callable[[str], Any], names: Callable[[], list[str]]) -> None:
        from balancer.errors import BalanceError

        faulty = Faulty()
        try:
            declared = find(self.name).options
        except BalanceError:
            known = names()
            hint = did_you_mean(self.name, known) or f" (known: {', '.join(known)})"
            faulty.add(("name",), f"no {kind} is called {self.name!r}{hint}")
            declared = None
        for key, value in (self.model_extra or {}).items() if declared is not None else ():
            if key not in declared:
                takes = [*type(self).model_fields, *declared]
                hint = did_you_mean(key, takes) or f" (known: {', '.join(takes)})"
                faulty.add((key,), f"is no option of {kind} {self.name}{hint}", key=True)
            elif not declared[key].accepts(value):
                faulty.add((key,), f"{shown(value)} is not allowed; give {declared[key].allowed}")
        faulty.raise_if_any()


class LossSettings(Named):
    """The loss of every head, or of one; see `balancer.make_loss`."""

    name: str = "cross_entropy"
    label_smoothing: float = number(0.0, 0, 1, "of each target", below=True)

    @model_validator(mode="after")
    def _is_known(self) -> LossSettings:
        from balancer.losses import find_loss, loss_names

        self._check_options("loss", find_loss, loss_names)
        return self


class HeadLossSettings(Section):
    """Losses of single heads, over `train.loss`: all of it, not merged with it."""

    joint: LossSettings | None = None
    audio: LossSettings | None = None
    text: LossSettings | None = None


class SamplerSettings(Named):
    """The order of the training rows; see `balancer.make_sampler`."""

    @model_validator(mode="after")
    def _is_known(self) -> SamplerSettings:
        from balancer.samplers import find_sampler, sampler_names

        self._check_options("sampler", find_sampler, sampler_names)
        return self


class ByModality(Section):
    """One number for the audio, one for the text."""


class Auxiliary(ByModality):
    """What the audio head's and the text head's loss add to the joint one."""

    audio: float = number(0.3, 0, 10, "times the audio head's loss")
    text: float = number(0.3, 0, 10, "times the text head's loss")


class Dropout(ByModality):
    """How often a training row loses one of its modalities, never both."""

    audio: float = number(0.1, 0, 1, "(a probability)")
    text: float = number(0.1, 0, 1, "(a probability)")

    @model_validator(mode="after")
    def _never_both(self) -> Dropout:
        if self.audio + self.text > 1:
            faulty = Faulty()
            faulty.add((), f"audio {self.audio:g} and text {self.text:g} add up to more than 1")
            faulty.raise_if_any()
        return self


class TrainSettings(Section):
    """Loss, sampling and schedule of a training."""

    class_weights: Annotated[WeightSettings, BeforeValidator(empty_if_null)] = WeightSettings()
    loss: Annotated[LossSettings, BeforeValidator(empty_if_null)] = LossSettings()
    head_losses: Annotated[HeadLossSettings, BeforeValidator(empty_if_null)] = HeadLossSettings()
    sampler: SamplerSettings | None = None
    auxiliary: Annotated[Auxiliary, BeforeValidator(empty_if_null)] = Auxiliary()
    modality_dropout: Annotated[Dropout, BeforeValidator(empty_if_null)] = Dropout()
    no_consensus: Literal["drop", "keep"] = "drop"
    epochs: int = number(10, 1, 1000, "epochs")
    patience: int = number(3, 0, 1000, "epochs without a better dev UAR (0 never stops early)")
    batch_size: int = number(32, 1, 4096, "utterances")
    learning_rate: float = number(1e-3, 0, 1, "a step", above=True)
    direct_learning_rate: float = number(3e-3, 0, 1, "a step of the direct path", above=True)
    weight_decay: float = number(0.01, 0, 1, "of the weights")
    warmup_ratio: float = number(0.1, 0, 1, "of all steps")
    max_grad_norm: float = number(1.0, 0, 1000, "as norm of the gradient", above=True)
    ema_decay: float = number(0.99, 0, 1, "of the averaged weights (0 switches the average off)", below=True)
