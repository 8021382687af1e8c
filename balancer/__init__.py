"""Count labels and weigh them: distribution, class weights, plans, losses, samplers, resampling.

Everything is imported when it is first asked for (PEP 562): `import balancer` costs nothing, and torch
is loaded by `make_loss` and `make_sampler` alone.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from balancer.calibration import Calibration, expected_calibration_error, fit_calibration, shift_prior
    from balancer.cells import cross
    from balancer.confounding import cramers_v, dominated
    from balancer.datasets import labels_of
    from balancer.distribution import (
        Distribution,
        Label,
        count,
        describe,
        effective_number,
        hard,
        imbalance_ratio,
        normalised_entropy,
    )
    from balancer.errors import BalanceError
    from balancer.losses import make_loss
    from balancer.plan import missed, plan_copies
    from balancer.resample import Resampled, resample
    from balancer.samplers import make_sampler
    from balancer.undersampling import undersample
    from balancer.weights import class_weights, sample_weights

_HOME = {
    "BalanceError": "errors",
    "Calibration": "calibration",
    "Distribution": "distribution",
    "Label": "distribution",
    "Resampled": "resample",
    "class_weights": "weights",
    "count": "distribution",
    "cramers_v": "confounding",
    "cross": "cells",
    "describe": "distribution",
    "dominated": "confounding",
    "effective_number": "distribution",
    "expected_calibration_error": "calibration",
    "fit_calibration": "calibration",
    "hard": "distribution",
    "imbalance_ratio": "distribution",
    "labels_of": "datasets",
    "make_loss": "losses",
    "make_sampler": "samplers",
    "missed": "plan",
    "normalised_entropy": "distribution",
    "plan_copies": "plan",
    "resample": "resample",
    "sample_weights": "weights",
    "shift_prior": "calibration",
    "undersample": "undersampling",
}

__all__ = [
    "BalanceError",
    "Calibration",
    "Distribution",
    "Label",
    "Resampled",
    "class_weights",
    "count",
    "cramers_v",
    "cross",
    "describe",
    "dominated",
    "effective_number",
    "expected_calibration_error",
    "fit_calibration",
    "hard",
    "imbalance_ratio",
    "labels_of",
    "make_loss",
    "make_sampler",
    "missed",
    "normalised_entropy",
    "plan_copies",
    "resample",
    "sample_weights",
    "shift_prior",
    "undersample",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


class _Package(ModuleType):
    """Importing balancer/resample.py would bind the module to the name of the function in it."""

    def __setattr__(self, name: str, value: Any) -> None:
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
