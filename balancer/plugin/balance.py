"""What shall be done about class imbalance, as settings that any trainer can be given."""

from __future__ import annotations

import inspect
import json
import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any

from balancer.errors import BalanceError, unknown
from balancer.losses import check_loss, find_loss
from balancer.plugin.auto import AUTO, chosen_for
from balancer.plugin.correctors import corrects, said_twice
from balancer.samplers import check_sampler, find_sampler
from balancer.weights import METHODS, class_weights

if TYPE_CHECKING:
    from balancer.labels import Label, Labels
    from balancer.losses.module import Loss
    from balancer.samplers.epochs import EpochSampler

_LOG = logging.getLogger(__name__)
WEIGHT_OPTIONS = tuple(inspect.signature(class_weights).parameters)[1:]

Named = str | Mapping[str, Any]


@dataclass(frozen=True)
class Balance:
    """How a training makes up for class imbalance; all of it comes from the training split alone.

    ``Balance()`` is plain cross-entropy, ``Balance("auto")`` looks at the counts and says in `why` what it chose.

    Parameters
    ----------
    class_weights : None; a method of `balancer.class_weights`; its options, ``{"method": "balanced", "power": 0.5}``;
        a weight a class, ``{"anger": 2, "joy": 1}``, by name or number; or "auto", see `balancer.plugin.auto`.
    loss : a name of `balancer.make_loss`, or ``{"name": "focal", "gamma": 2}``; or a module with `forward(logits,
        labels, sample_weight) -> (Σ w·ℓ, Σ w)`, `total_weight(labels, classes, sample_weight)` and `set_epoch`.
    sampler : None, the trainer's own order; a name of `balancer.make_sampler`, or name and options.
    drw_epoch : class weights are 1 before this epoch, from 0 (deferred re-weighting, arXiv:1906.07413).
    label_smoothing : share of a target spread over all classes, 0 to below 1; never what a row weighs.
    copies_count : what a row whose column `copy` is above 0 adds to its class's count, 0 to 1.
    groups, lengths : the columns that a sampler which needs them reads: speaker, duration.
    why : a sentence on what "auto" chose; no setting.

    Raises
    ------
    BalanceError : for a name or option that does not exist (the nearest is shown) or is out of bounds.
    """

    class_weights: Named | None = None
    loss: Named | Any = "cross_entropy"
    sampler: Named | None = None
    drw_epoch: int | None = None
    label_smoothing: float = 0.0
    copies_count: float = 1.0
    groups: str | None = None
    lengths: str | None = None
    why: str = field(default="", compare=False)

    def __post_init__(self):
        for name in ("class_weights", "loss", "sampler"):  # a map that the caller changes later is not ours
            if isinstance(value := getattr(self, name), Mapping):
                object.__setattr__(self, name, dict(value))
        if self.class_weights == AUTO:
            _alone(self)
        _check_weights(self.weight_settings)
        self._check_loss()
        if self.sampler is not None:
            name, options = _named("sampler", self.sampler)
            check_sampler(name, **options)
            for need in {"groups", "lengths"} & set(find_sampler(name).needs):
                if getattr(self, need) is None:
                    raise BalanceError(
                        f"sampler {name} needs {need}: name the column, Balance({need}=…).", need
                    )
        if isinstance(self.copies_count, bool) or not 0 <= self.copies_count <= 1:
            raise BalanceError(
                f"copies_count {self.copies_count!r} is outside 0 to 1 (rows a copy).", "copies_count"
            )
        if warning := said_twice(self._correctors()):
            _LOG.warning("Balance: %s", warning)

    def __hash__(self) -> int:
        return hash((Balance, repr(self)))

    @property
    def weight_settings(self) -> dict[str, Any]:
        """Arguments of `balancer.class_weights` beside the counts; "auto" is "none" until counts are known."""
        given = self.class_weights
        if given is None or given == AUTO:
            return {"method": "none"}
        if not isinstance(given, Mapping):
            return {"method": given}
        if given and not set(given) & set(WEIGHT_OPTIONS):
            return {"method": {str(name): weight for name, weight in given.items()}}
        for name in given:
            if name not in WEIGHT_OPTIONS:
                raise unknown("option of class weights", name, WEIGHT_OPTIONS, "class_weights")
        by_class = {
            key: {str(name): value for name, value in given[key].items()}
            for key in ("method", "prior")
            if isinstance(given.get(key), Mapping)
        }
        return {**given, **by_class}

    @property
    def weighs(self) -> bool:
        """Whether classes have weights, as far as that is known without counts."""
        settings = self.weight_settings
        return settings.get("method", "balanced") != "none" and settings.get("power", 1) != 0

    @property
    def smooths(self) -> bool:
        """Whether targets are smoothed, by `label_smoothing` or the loss's own; of a module that isn't known."""
        own = {} if _is_module(self.loss) else _named("loss", self.loss)[1]
        return bool(own.get("label_smoothing", self.label_smoothing))

    @property
    def loss_name(self) -> str:
        """For people and logs."""
        return type(self.loss).__name__ if _is_module(self.loss) else _named("loss", self.loss)[0]

    def settled(self, counts: Mapping[str, float]) -> Balance:
        """These settings with "auto" decided by the training split's counts; else themselves."""
        if self.class_weights != AUTO:
            return self
        chosen, why = chosen_for(counts)
        _LOG.info(why)
        given = {one.name: getattr(self, one.name) for one in fields(self)}
        return Balance(**(given | chosen | {"why": why}))

    def criterion(self, counts: Mapping[str, float]) -> Loss:
        """The loss, which returns (Σ w·ℓ, Σ w) of a batch; `set_epoch` tells it the epoch.

        counts : class name to training rows, in the order of the logits, every class of the model.
        """
        balance = self.settled(counts)
        if _is_module(balance.loss):
            return balance.loss
        from balancer.losses import make_loss

        name, options = _named("loss", balance.loss)
        return make_loss(
            name,
            counts=list(counts.values()),
            weight=balance.weights(counts) if balance.weighs else None,
            drw_epoch=balance.drw_epoch,
            reduction="sum_and_weight",
            **({"label_smoothing": balance.label_smoothing} | options),
        )

    def weights(self, counts: Mapping[str, float]) -> list[float]:
        """Class weights in the order of `counts`; a weight by class is found by name, else by class number."""
        names = [str(name) for name in counts]
        settings = dict(self.settled(counts).weight_settings)
        for key in ("method", "prior"):
            if isinstance(given := settings.get(key), Mapping) and not set(given) & set(names):
                numbers = {str(number): name for number, name in enumerate(names)}
                settings[key] = {numbers.get(name, name): value for name, value in given.items()}
        by_name = dict(zip(names, counts.values(), strict=True))
        found = dict(zip(sorted(names), class_weights(by_name, **settings), strict=True))
        return [float(found[name]) for name in names]

    def order(self, labels: Iterable[Label] | Labels, **given: Any) -> EpochSampler | None:
        """The sampler of rows with these labels, given what `make_sampler` takes; None for the trainer's own."""
        if self.sampler is None:
            return None
        from balancer.samplers import make_sampler

        name, options = _named("sampler", self.sampler)
        return make_sampler(name, labels, **given, **options)

    def to_dict(self) -> dict[str, Any]:
        """What was set, ready for JSON and YAML; `Balance(**…)` makes it again."""
        if _is_module(self.loss):
            raise BalanceError(
                f"loss {self.loss_name} is a module, which can't be written down; give a name.", "loss"
            )
        return {
            one.name: getattr(self, one.name)
            for one in fields(self)
            if one.name != "why" and getattr(self, one.name) != one.default
        }

    def to_json(self) -> str:
        """As JSON."""
        return json.dumps(self.to_dict())

    @classmethod
    def from_json(cls, text: str) -> Balance:
        """What `to_json` wrote.  Raises BalanceError for a key that is no setting."""
        given = json.loads(text)
        known = [one.name for one in fields(cls) if one.name != "why"]
        for name in given:
            if name not in known:
                raise unknown("setting of Balance", name, known, name)
        return cls(**given)

    def _correctors(self) -> list[str]:
        """What of it makes up for the class priors."""
        found = [] if self.sampler is None else [f"sampler {_named('sampler', self.sampler)[0]}"]
        if self.weighs:
            found.append("class weights")
        if not _is_module(self.loss) and corrects(*_named("loss", self.loss)):
            found.append(f"loss {self.loss_name}")
        return found

    def _check_loss(self) -> None:
        if _is_module(self.loss):
            for name in ("class_weights", "drw_epoch", "label_smoothing"):
                if getattr(self, name):
                    raise BalanceError(
                        f"{name} is the business of a loss that is a module; leave it out.", name
                    )
            return
        name, options = _named("loss", self.loss)
        if "label_smoothing" in options and self.label_smoothing:
            raise BalanceError(
                f"label_smoothing is set twice, in Balance and in loss {name}; keep one.", "label_smoothing"
            )
        check_loss(name, **({"label_smoothing": self.label_smoothing} | options))
        if self.drw_epoch is None:
            return
        if isinstance(self.drw_epoch, bool) or not isinstance(self.drw_epoch, int) or self.drw_epoch < 0:
            raise BalanceError(f"drw_epoch {self.drw_epoch!r} is not a whole number from 0.", "drw_epoch")
        if not self.weighs and find_loss(name).weigh is None and self.class_weights != AUTO:
            raise BalanceError(
                f"drw_epoch {self.drw_epoch} has no class weights to bring in; give class_weights, as "
                'LDAM-DRW has "effective_number", or leave drw_epoch out.',
                "drw_epoch",
            )


def _alone(balance: Balance) -> None:
    for name, plain in (("loss", "cross_entropy"), ("sampler", None), ("drw_epoch", None)):
        if getattr(balance, name) != plain:
            raise BalanceError(f'"auto" chooses {name} itself; leave one of the two out.', name)


def _check_weights(settings: Mapping[str, Any]) -> None:
    method = settings.get("method", "balanced")
    if not isinstance(method, Mapping) and method not in METHODS:
        raise unknown("class weight method", method, (*METHODS, AUTO), "class_weights")
    named = method if isinstance(method, Mapping) else settings.get("prior")
    class_weights(dict.fromkeys(named, 1) if isinstance(named, Mapping) else {"a": 1, "b": 1}, **settings)


def _named(kind: str, given: Any) -> tuple[str, dict[str, Any]]:
    """Name and options."""
    if isinstance(given, str):
        return given, {}
    if not isinstance(given, Mapping) or not isinstance(given.get("name"), str):
        raise BalanceError(f"{kind} {given!r} has no name; give a name, or {{'name': …, options}}.", kind)
    return given["name"], {key: value for key, value in given.items() if key != "name"}


def _is_module(loss: Any) -> bool:
    return callable(loss) and hasattr(loss, "total_weight")
