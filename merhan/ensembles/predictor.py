"""Several trained models that answer as one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from augment.transform import Audio
from merhan.answer import Heads, answer
from merhan.calibration import ModelCalibration
from merhan.ensembles.combining import METHODS, Method, combined, mean_logits
from merhan.errors import MerhanError
from merhan.prediction import Predictor
from merhan.priors import Prior
from merhan.reading import read_json

if TYPE_CHECKING:
    from merhan.evaluation.predictions import Predictions
    from recipes import Corpus

FILE = "ensemble.json"


@dataclass(frozen=True)
class Ensemble:
    """Models of the same classes, each with its own features, as one; it answers whatever a `Predictor` answers.

    members : predictors, or ensembles; each counts as one.
    calibration : of the combined logits, fitted on dev.
    """

    members: tuple[Predictor | Ensemble, ...]
    method: Method
    calibration: ModelCalibration

    @classmethod
    def load(cls, folder: str | Path) -> Ensemble:
        """From a folder that holds ensemble.json and its members' folders.

        Raises
        ------
        MerhanError : where the file or one of the members is broken or gone.
        """
        path = Path(folder) / FILE
        kept = read_json(path)
        try:
            names, method, classes = kept["members"], kept["method"], tuple(kept["classes"])
            calibration = ModelCalibration.load(kept["calibration"], classes)
        except (KeyError, TypeError, MerhanError) as error:
            raise MerhanError(
                f"{path} is broken ({error}): put it back, or make the ensemble again."
            ) from error
        named = isinstance(names, list) and all(isinstance(name, str) for name in names)
        if method not in METHODS or calibration is None or not named or not names:
            raise MerhanError(
                f"{path} is broken (method, members or calibration): put it back, or make the ensemble again."
            )
        members = tuple(Predictor.load(Path(folder) / name) for name in names)
        for name, member in zip(names, members, strict=True):
            if member.classes != classes or member.calibration is None:
                raise MerhanError(f"{path} does not fit its member {name}: make the ensemble again.")
        return cls(members, method, calibration)

    @property
    def classes(self) -> tuple[str, ...]:
        """Class names in the order of the logits."""
        return self.calibration.classes

    def predict(self, *args: Any, prior: Prior | None = None, **kwargs: Any) -> dict[str, Any]:
        """As `Predictor.predict`, of all members together."""
        return answer(self.heads(*args, **kwargs), self.classes, self.calibration, prior)

    def heads(self, audio: str | Path | Audio | np.ndarray | None = None, *args: Any, **kwargs: Any) -> Heads:
        """Combined logits of one utterance; those of either modality's head are averaged."""
        if isinstance(audio, str | Path):
            from augment.audio.files import read_audio

            audio = read_audio(audio)
        found = [member.heads(audio, *args, **kwargs) for member in self.members]
        own = {name: [getattr(heads, name) for heads in found] for name in ("audio", "text")}
        means = {
            name: None if any(z is None for z in logits) else mean_logits(logits)
            for name, logits in own.items()
        }
        return Heads(joint=self._combined([heads.joint for heads in found]), **means)

    def rows(self, corpus: Corpus, progress: Callable[[int, int], None] | None = None) -> Predictions:
        """What the members say together of every row of a corpus."""
        from merhan.evaluation.predictions import of_logits

        found = [member.rows(corpus, progress) for member in self.members]
        return of_logits(found[0].ids, found[0].labels, self._combined([rows.logits for rows in found]))

    def notes(self, audio: str | Path) -> list[str]:
        """What is to be said of a file, once."""
        return list(dict.fromkeys(note for member in self.members for note in member.notes(audio)))

    def _combined(self, logits: list[np.ndarray]) -> np.ndarray:
        return combined(logits, [member.calibration.fitted for member in self.members], self.method)
