"""Probabilities that mean what they say: temperature and a bias per class, fitted on held-out rows.

Balancing (weights, copies, samplers, adjusted losses) moves a model's decisions towards rare classes and thereby
makes its probabilities those of a class distribution that nobody has.  A calibration undoes that on dev:

>>> calibration = fit_calibration(dev_logits, dev_labels)
>>> calibration.apply(logits)                    # probabilities where classes are as frequent as in dev
>>> calibration.balanced(logits)                 # … were all equally frequent: their argmax maximises UAR
>>> calibration.retargeted(logits, to=shares)    # … as frequent as `shares` says: deployment
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from balancer.distribution import Counts
from balancer.errors import BalanceError
from balancer.prior import balanced_probabilities, shares_of, shift_prior
from balancer.reliability import Reliability, Rows, expected_calibration_error, reliability, target_shares

__all__ = [
    "Calibration",
    "Reliability",
    "balanced_probabilities",
    "expected_calibration_error",
    "fit_calibration",
    "reliability",
    "shares_of",
    "shift_prior",
]

COLDEST, HOTTEST = 0.01, 100.0  # temperatures beyond are a model that knows nothing, or all of dev by heart


@dataclass(frozen=True)
class Calibration:
    """p = softmax(z / temperature + bias).

    temperature : above 1 tempers confidence, below 1 raises it.
    bias : (classes,) added after the temperature; sums to 0.
    prior : (classes,) the class distribution that `apply` gives probabilities for: dev's.  A class that dev
        lacks has what the model gives it there on average.
    unfitted : numbers of the classes that dev lacks: their bias is 0.
    """

    temperature: float
    bias: tuple[float, ...]
    prior: tuple[float, ...]
    unfitted: tuple[int, ...] = ()

    def apply(self, logits: Rows) -> np.ndarray:
        """Calibrated probabilities (rows, classes) of logits (rows, classes), or (classes,) of one row's."""
        values = np.asarray(logits, dtype=float)
        if values.shape[-1:] != (len(self.bias),):
            raise BalanceError(f"logits {values.shape} are not of the {len(self.bias)} classes calibrated.")
        return _softmax(values / self.temperature + np.array(self.bias))

    def balanced(self, logits: Rows) -> np.ndarray:
        """Probabilities were all classes equally frequent; their argmax is the balanced decision."""
        return balanced_probabilities(self.apply(logits), self.prior)

    def retargeted(self, logits: Rows, to: Counts) -> np.ndarray:
        """Probabilities where classes are as frequent as `to` says (counts or shares)."""
        return shift_prior(self.apply(logits), self.prior, to)


def fit_calibration(
    logits: Rows, labels: Sequence[int] | Rows, bias: bool = True, regularisation: float = 1.0
) -> Calibration:
    """Temperature and biases that minimise, by L-BFGS over rows the model was not trained on,

        Σ_rows -log softmax(z / T + b)_y  +  ρ/2 · ((log T)² + Σ_c b_c²).

    The penalty is a standard normal prior on log T and on each bias, worth about as much as 4ρ rows that lie on
    a class's border: nothing beside hundreds of rows, while a class of two or three rows is moved by a part of
    what they say, and a dev set that the model knows by heart does not make it infinitely sure.

    Parameters
    ----------
    logits : (rows, classes), finite.
    labels : class numbers (rows,) or shares (rows, classes).
    bias : one per class (bias-corrected temperature scaling); else the temperature alone, which leaves what
        balancing did to the classes as it is, so that `prior` then is dev's by assumption.
    regularisation : ρ, from 0.

    A class that no row has would get a bias of minus infinity, or as far down as the penalty lets it: the fit
    is made among the classes that are there, and the others keep a bias of 0 (see `Calibration.unfitted`).

    Raises
    ------
    BalanceError : without rows, for fewer than two classes, logits that are not finite, labels that do not fit.

    Sources: Guo et al. 2017, arXiv:1706.04599; Alexandari et al. 2020, arXiv:1901.06852.
    """
    values = np.asarray(logits, dtype=float)
    if values.ndim != 2 or not values.size or values.shape[1] < 2:
        raise BalanceError(f"logits have shape {values.shape}; give (rows, classes), two classes at least.")
    if not np.isfinite(values).all():
        raise BalanceError("logits are not all finite: the model has diverged, and nothing calibrates it.")
    if not (isinstance(regularisation, int | float | np.number) and 0 <= regularisation < np.inf):
        raise BalanceError(f"regularisation {regularisation!r} is not a number from 0.", "regularisation")
    targets = target_shares(labels, values.shape)
    there = np.flatnonzero(targets.sum(axis=0) > 0)
    temperature, fitted = _minimise(values[:, there], targets[:, there], bias, regularisation)
    biases = np.zeros(values.shape[1])
    biases[there] = fitted
    calibrated = _softmax(values / temperature + biases)
    prior = np.where(targets.sum(axis=0) > 0, targets.mean(axis=0), calibrated.mean(axis=0))
    return Calibration(
        temperature=temperature,
        bias=tuple(biases.tolist()),
        prior=tuple((prior / prior.sum()).tolist()),
        unfitted=tuple(np.flatnonzero(targets.sum(axis=0) == 0).tolist()),
    )


def _minimise(
    logits: np.ndarray, targets: np.ndarray, bias: bool, strength: float
) -> tuple[float, np.ndarray]:
    from scipy.optimize import minimize

    classes = logits.shape[1]

    def objective(point: np.ndarray) -> tuple[float, np.ndarray]:
        scaled = logits * np.exp(-point[0])
        biases = point[1:] if bias else 0.0
        log_p = _log_softmax(scaled + biases)
        slope = np.exp(log_p) - targets  # by the logit of each class
        value = -(targets * log_p).sum() + strength / 2 * (point**2).sum()
        by_bias = slope.sum(axis=0) if bias else np.zeros(0)
        gradient = np.concatenate([[-(slope * scaled).sum()], by_bias]) + strength * point
        return float(value) / len(logits), gradient / len(logits)

    bounds = [(np.log(COLDEST), np.log(HOTTEST))] + [(None, None)] * (classes if bias else 0)
    found = minimize(
        objective,
        np.zeros(len(bounds)),
        jac=True,
        method="L-BFGS-B",
        bounds=bounds,
        options={"ftol": 1e-13, "gtol": 1e-8, "maxiter": 1000},
    )
    biases = found.x[1:] - found.x[1:].mean() if bias else np.zeros(classes)
    return float(np.exp(found.x[0])), biases


def _softmax(logits: np.ndarray) -> np.ndarray:
    return np.exp(_log_softmax(logits))


def _log_softmax(logits: np.ndarray) -> np.ndarray:
    from scipy.special import log_softmax

    return log_softmax(logits, axis=-1)
