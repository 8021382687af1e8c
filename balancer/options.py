"""Options of losses and samplers, declared without torch, so that a recipe can be checked without it."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import entry_points
from typing import Any

import catalogue
import numpy as np

from balancer.errors import BalanceError, unknown


@dataclass(frozen=True)
class Option:
    """A number from `low` to `high` (`below`: short of `high`; `whole`: no fraction); with `per_class` one for
    each class; a switch.

    A switch is an option whose default is true or false.
    """

    default: Any
    low: float = -math.inf
    high: float = math.inf
    unit: str = ""
    below: bool = False
    per_class: bool = False
    whole: bool = False

    @property
    def allowed(self) -> str:
        """What may be given, in words: ``0 to below 1 (share of the target)``."""
        if isinstance(self.default, bool):
            return "true or false" + (f" ({self.unit})" if self.unit else "")
        if math.isinf(self.high):
            bounds = "any number" if math.isinf(self.low) else f"{self.low:g} or more"
        else:
            bounds = f"{self.low:g} to {'below ' if self.below else ''}{self.high:g}"
        each = "one number a class, each " if self.per_class else "a whole number, " if self.whole else ""
        return f"{each}{bounds}" + (f" ({self.unit})" if self.unit else "")

    def accepts(self, value: Any) -> bool:
        """Whether `value` is within bounds."""
        if isinstance(self.default, bool):
            return isinstance(value, bool)
        if not self.per_class:
            return self._fits(value)
        if value is None:
            return True
        numbers = value.values() if isinstance(value, Mapping) else value
        return isinstance(value, Mapping | Sequence | np.ndarray) and all(map(self._fits, numbers))

    def _fits(self, value: Any) -> bool:
        number = isinstance(value, int | float | np.number) and not isinstance(value, bool)
        if not number or not self.low <= value <= self.high:
            return False
        if self.whole and not isinstance(value, int | np.integer):
            return False
        return math.isfinite(value) and not (self.below and value == self.high)


@dataclass(frozen=True)
class Method:
    """A registered loss or sampler: its function, the options it takes beside the common ones, and its name.

    kind : "loss" or "sampler".
    needs_counts : a loss that is made of class counts.
    weigh : of a loss that itself weighs classes: counts (classes,) and the options to weights (classes,).
    needs : what a sampler can't do without beside the labels: groups, lengths, batch_size, epochs.
    whole_batches : of a sampler that makes batches, which processes are given whole.
    """

    kind: str
    name: str
    function: Callable[..., Any]
    options: Mapping[str, Option] = field(default_factory=dict)
    needs_counts: bool = False
    weigh: Callable[..., np.ndarray] | None = None
    needs: tuple[str, ...] = ()
    whole_batches: bool = False

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return self.function(*args, **kwargs)

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str, str]]:
        # Under the function's name its module holds this Method, so that pickle can't find the function.
        return _registered, (self.kind, self.name)

    def settings(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Every option's value: the one given, or its default."""
        check_options(self, given)
        return {name: given.get(name, option.default) for name, option in self.options.items()}


def check_options(
    method: Method, given: Mapping[str, Any], common: Mapping[str, Option] | None = None
) -> None:
    """Raise BalanceError, its `key` the option, for the first that does not exist or is out of bounds."""
    known = {**(common or {}), **method.options}
    for name, value in given.items():
        if name not in known:
            raise unknown(f"option of {method.kind} {method.name}", name, known, name)
        if not known[name].accepts(value):
            raise BalanceError(
                f"{method.kind} {method.name}: {name} {value!r} is not allowed; give {known[name].allowed}.",
                name,
            )


def find(registry: catalogue.Registry, kind: str, name: str) -> Method:
    """The method called `name`, built in or from an installed package's entry point.

    Raises
    ------
    BalanceError : where there is none; the nearest name is shown.  Where its package can't be loaded.
    """
    if name not in (known := known_names(registry)):
        raise unknown(kind, name, known, "name")
    try:
        return registry.get(name)
    except Exception as error:  # somebody else's code
        reason = f"{type(error).__name__}: {error}"
        raise BalanceError(
            f"{kind} {name!r} of an installed package can't be loaded ({reason}): mend or remove that package.",
            "name",
        ) from error


def known_names(registry: catalogue.Registry) -> list[str]:
    """Every name in a registry, built in and of installed packages, of which none is loaded: one may be broken."""
    points = entry_points(group="_".join(registry.namespace))
    return sorted({*catalogue.Registry(registry.namespace).get_all(), *points.names})


def _registered(kind: str, name: str) -> Method:
    if kind == "loss":
        from balancer.losses import find_loss

        return find_loss(name)
    from balancer.samplers import find_sampler

    return find_sampler(name)
