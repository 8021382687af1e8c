"""What becomes of the classifier once the rest is trained: `train.decouple` and `train.resample`."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import model_validator

from recipes.fields import Faulty, Section, number
from recipes.named import Named

# What each method is told, beside its name.
OPTIONS = {"crt": ("epochs", "learning_rate"), "tau": ("tau",), "lws": ()}


class DecoupleSettings(Section):
    """Representation first, then a balanced classifier.  Source: Kang et al. 2020, arXiv:1910.09217.

    crt re-trains the classifier, tau divides its weights by their norms, lws learns a scale a class; see
    `merhan.training.decoupled`.  The direct path has its own rate in the second stage too.
    """

    method: Literal["crt", "tau", "lws"]
    epochs: int = number(10, 1, 1000, "epochs of the classifier")
    learning_rate: float | None = number(
        None, 0, 1, "a step of the heads (a tenth of that of train by default)", above=True
    )
    tau: float | None = number(None, 0, 2, "as exponent of the norms (picked on dev by default)")

    @model_validator(mode="before")
    @classmethod
    def _bare_method(cls, value: Any) -> Any:
        return {"method": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _options_of_the_method(self) -> DecoupleSettings:
        faulty = Faulty()
        for key in sorted(self.model_fields_set - {"method"}):
            default = type(self).model_fields[key].default
            if key not in OPTIONS[self.method] and getattr(self, key) != default:
                takes = " and ".join(OPTIONS[self.method]) or "none"
                faulty.add((key,), f"is no option of {self.method} (it takes {takes})", key=True)
        faulty.raise_if_any()
        return self


class ResampleSettings(Named):
    """How the pooled features that the classifier is re-trained on are resampled; see `balancer.resample`."""

    strategy: Any = "auto"

    @model_validator(mode="after")
    def _is_known(self) -> ResampleSettings:
        from balancer.errors import BalanceError
        from balancer.resample import check_resample, find_resample, resample_names

        self._check_options("resampling method", find_resample, resample_names)
        try:
            check_resample(self.name, strategy=self.strategy)
        except BalanceError as error:
            faulty = Faulty()
            faulty.add(("strategy",), str(error).rstrip("."))
            faulty.raise_if_any()
        return self
