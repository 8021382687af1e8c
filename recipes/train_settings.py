"""The `train` section: what is learnt from the balanced corpus, and how long."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, ValidationError, field_serializer, model_validator

from recipes.classifier_settings import DecoupleSettings, ResampleSettings
from recipes.fields import Faulty, Section, empty_if_null, list_if_null, number, shown
from recipes.merging import merge_plain
from recipes.named import Named
from recipes.steps import check_steps
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
    drw_epoch: int | None = number(None, 0, 999, "epochs before the weights come in")

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
                key = error.key if error.key in type(self).model_fields else "method"
                message = str(error).removeprefix(f"{key} ").removeprefix(f"{key}: ")
                faulty.add((key,), message.rstrip("."))
        faulty.raise_if_any()
        return self


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


class ContrastiveSettings(Section):
    """A loss on the fused vectors beside those of the heads; see `balancer.losses.contrastive`."""

    weight: float = number(0.1, 0, 10, "times the contrastive loss")
    temperature: float = number(0.1, 0.01, 10, "dividing the cosines")


class StageSettings(Section):
    """What holds for some epochs, over the rest of `train`; only what is given counts, and null takes away.

    `class_weights` merges with that of `train`; losses, a sampler and a list of steps replace it.
    """

    epochs: int = number(..., 1, 1000, "epochs")
    class_weights: WeightSettings | None = None
    loss: LossSettings | None = None
    head_losses: HeadLossSettings | None = None
    sampler: SamplerSettings | None = None
    subset: float | None = number(
        None, 1, 1000, "times the smallest class's training rows, the most that a class keeps"
    )
    features: Annotated[list[dict[str, Any]], BeforeValidator(partial(check_steps, modality="features"))] = (
        Field(default_factory=list)
    )
    learning_rate: float | None = number(None, 0, 1, "a step, with a schedule of its own", above=True)


class TrainSettings(Section):
    """Loss, sampling and schedule of a training."""

    class_weights: Annotated[WeightSettings, BeforeValidator(empty_if_null)] = WeightSettings()
    loss: Annotated[LossSettings, BeforeValidator(empty_if_null)] = LossSettings()
    head_losses: Annotated[HeadLossSettings, BeforeValidator(empty_if_null)] = HeadLossSettings()
    sampler: SamplerSettings | None = None
    contrastive: ContrastiveSettings | None = None
    auxiliary: Annotated[Auxiliary, BeforeValidator(empty_if_null)] = Auxiliary()
    modality_dropout: Annotated[Dropout, BeforeValidator(empty_if_null)] = Dropout()
    no_consensus: Literal["drop", "keep"] = "drop"
    stages: Annotated[list[StageSettings], BeforeValidator(list_if_null)] = Field(default_factory=list)
    decouple: DecoupleSettings | None = None
    resample: ResampleSettings | None = None
    epochs: int = number(10, 1, 1000, "epochs")
    patience: int = number(3, 0, 1000, "epochs without a better dev UAR (0 never stops early)")
    batch_size: int = number(32, 1, 4096, "utterances")
    learning_rate: float = number(1e-3, 0, 1, "a step", above=True)
    direct_learning_rate: float = number(3e-3, 0, 1, "a step of the direct path", above=True)
    weight_decay: float = number(0.01, 0, 1, "of the weights")
    warmup_ratio: float = number(0.1, 0, 1, "of all steps")
    max_grad_norm: float = number(1.0, 0, 1000, "as norm of the gradient", above=True)
    ema_decay: float = number(0.99, 0, 1, "of the averaged weights (0 switches the average off)", below=True)

    @model_validator(mode="before")
    @classmethod
    def _as_long_as_its_stages(cls, value: Any) -> Any:
        """With stages, `epochs` need not be said again."""
        if isinstance(value, dict) and "epochs" not in value and isinstance(value.get("stages"), list):
            given = [stage.get("epochs") for stage in value["stages"] if isinstance(stage, dict)]
            if given and all(isinstance(epochs, int) for epochs in given):
                return {**value, "epochs": min(max(sum(given), 1), 1000)}
        return value

    @model_validator(mode="after")
    def _stages_fit(self) -> TrainSettings:
        faulty = Faulty()
        total = sum(stage.epochs for stage in self.stages)
        if len(self.stages) == 1:
            faulty.add(("stages",), "has one stage; give two or more, or write it under train itself")
        elif self.stages and total != self.epochs:
            faulty.add(
                ("epochs",),
                f"{self.epochs}, but its stages add up to {total}; leave epochs out, or make them agree",
            )
        for place, stage in [((), None), *((("stages", i), stage) for i, stage in enumerate(self.stages))]:
            if stage is not None and stage.class_weights is None:
                continue
            try:
                weights = self.weights_in(stage)
            except ValidationError as error:
                faulty.add((*place, "class_weights"), f"with those of train: {error.errors()[0]['msg']}")
                continue
            if (weights.drw_epoch or 0) >= self.epochs:
                faulty.add(
                    (*place, "class_weights", "drw_epoch"),
                    f"{weights.drw_epoch} is not before the end: epochs count from 0 here, and there are {self.epochs}",
                )
        faulty.raise_if_any()
        return self

    def weights_in(self, stage: StageSettings | None) -> WeightSettings:
        """Class weights as a stage has them: its own over those of `train`."""
        if stage is None or stage.class_weights is None:
            return self.class_weights
        own = stage.class_weights.model_dump(exclude_unset=True)
        return WeightSettings.model_validate(merge_plain(self.class_weights.model_dump(), own))

    @model_validator(mode="after")
    def _one_classifier(self) -> TrainSettings:
        if self.resample is not None and self.decouple is not None and self.decouple.method != "crt":
            faulty = Faulty()
            faulty.add(
                ("decouple",),
                f"{self.decouple.method} keeps the classifier, which resample re-trains; give crt, or leave one out",
            )
            faulty.raise_if_any()
        return self

    @field_serializer("stages")
    def _only_what_is_given(self, stages: list[StageSettings]) -> list[dict[str, Any]]:
        return [stage.model_dump(mode="json", exclude_unset=True) for stage in stages]
