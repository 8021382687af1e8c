"""What a trained model keeps to give probabilities that mean what they say, and decisions for two purposes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from balancer import Calibration, fit_calibration
from merhan.errors import MerhanError
from merhan.priors import Prior, read_prior


@dataclass(frozen=True)
class ModelCalibration:
    """A calibration with the names of its classes, in the order of the logits.

    fitted : on dev, rows with both modalities and with one as they come there; its `prior` is dev's class
        distribution.
    train : (classes,) shares of the training originals.
    """

    classes: tuple[str, ...]
    fitted: Calibration
    train: tuple[float, ...]

    @classmethod
    def fit(
        cls, logits: np.ndarray, labels: np.ndarray, classes: Sequence[str], train: Sequence[float]
    ) -> ModelCalibration:
        """From the dev split's logits (rows, classes) and class numbers (rows,); `train`: counts or shares."""
        shares = np.asarray(train, dtype=float) / np.sum(train)
        return cls(tuple(classes), fit_calibration(logits, labels), tuple(shares.tolist()))

    @classmethod
    def load(cls, kept: Mapping[str, Any] | None, classes: Sequence[str]) -> ModelCalibration | None:
        """From what `dump` gave; None for a model that keeps none."""
        if kept is None:
            return None
        try:
            bias, prior, train = (
                tuple(float(kept[key][name]) for name in classes) for key in ("bias", "prior", "train")
            )
            temperature = float(kept["temperature"])
            whole = np.isfinite([temperature, *bias, *prior, *train]).all()
            if not whole or temperature <= 0 or min(*prior, *train) < 0 or not sum(prior) or not sum(train):
                raise ValueError("temperature, bias, prior or train")
            unfitted = tuple(i for i, name in enumerate(classes) if name in kept.get("unfitted", ()))
            return cls(tuple(classes), Calibration(temperature, bias, prior, unfitted), train)
        except (KeyError, TypeError, ValueError) as error:
            raise MerhanError(f"the calibration in config.json lacks or breaks {error}") from error

    def dump(self) -> dict[str, Any]:
        """Plain values for JSON, by class name."""
        return {
            "temperature": self.fitted.temperature,
            "bias": self.named(self.fitted.bias),
            "prior": self.named(self.fitted.prior),
            "train": self.named(self.train),
            "unfitted": [self.classes[number] for number in self.fitted.unfitted],
        }

    def prior(self, given: Prior | None = None) -> np.ndarray:
        """Shares (classes,) of a prior as people give it; dev's where absent.

        Raises
        ------
        PriorError : see `read_prior`.
        """
        known = {"dev": self.fitted.prior, "train": self.train}
        return read_prior("dev" if given is None else given, self.classes, known)

    def retargeted(self, logits: np.ndarray, prior: Prior | None = None) -> np.ndarray:
        """Calibrated probabilities (rows, classes) where classes are as frequent as `prior` says; dev's by default."""
        return (
            self.fitted.apply(logits) if prior is None else self.fitted.retargeted(logits, self.prior(prior))
        )

    def decisions(self, logits: np.ndarray, prior: Prior | None = None) -> dict[str, Any]:
        """The two outputs for one row's logits (classes,), by class name.

        balanced : {label, probabilities} were all classes equally frequent: what maximises UAR.
        deployment : {label, probabilities, prior} where they are as frequent as `prior` says: what is right
            most often there, and probabilities that can be acted on.
        """
        balanced, deployment = self.fitted.balanced(logits), self.retargeted(logits, prior)
        return {
            "balanced": {"label": self._largest(balanced), "probabilities": self.named(balanced)},
            "deployment": {
                "label": self._largest(deployment),
                "probabilities": self.named(deployment),
                "prior": self.named(self.prior(prior)),
            },
        }

    def named(self, values: Sequence[float] | np.ndarray) -> dict[str, float]:
        """Numbers in class order, by class name."""
        return dict(zip(self.classes, np.asarray(values, dtype=float).tolist(), strict=True))

    def _largest(self, probabilities: np.ndarray) -> str:
        return self.classes[int(np.argmax(probabilities))]


def needed(
    calibration: ModelCalibration | None, what: str, why: str = "re-targeting starts from"
) -> ModelCalibration:
    """The calibration; a sentence where a model keeps none."""
    if calibration is None:
        raise MerhanError(f"{what} keeps no calibration, which {why}: train again.")
    return calibration
