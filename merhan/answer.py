"""What `predict` says of one utterance."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import softmax

from merhan.calibration import ModelCalibration, needed
from merhan.errors import DIVERGED, MerhanError
from merhan.priors import Prior


@dataclass(frozen=True)
class Heads:
    """Logits (classes,) of one utterance: of both modalities together, and of either where it is there."""

    joint: np.ndarray
    audio: np.ndarray | None
    text: np.ndarray | None


def answer(
    heads: Heads, classes: Sequence[str], calibration: ModelCalibration | None, prior: Prior | None = None
) -> dict[str, Any]:
    """The object that `predict --json` prints: {label, probabilities, audio, text, balanced, deployment}.

    label, probabilities : the model's own decision, and softmax of the joint logits.
    audio, text : probabilities of either modality's own head; None where it is absent.
    balanced, deployment : of the calibration, see `ModelCalibration.decisions`; None where there is none.

    Raises
    ------
    MerhanError : a prior for a model that keeps no calibration, logits that are not finite.  PriorError : one that does not fit.
    """

    def shares(logits: np.ndarray | None) -> dict[str, float] | None:
        if logits is None:
            return None
        return dict(zip(classes, softmax(logits.astype(float)).tolist(), strict=True))

    if not np.isfinite(heads.joint).all():
        raise MerhanError(f"The model's logits are {DIVERGED}")
    if prior is not None:
        needed(calibration, "This model")
    calibrated = (
        calibration.decisions(heads.joint, prior) if calibration else {"balanced": None, "deployment": None}
    )
    return {
        "label": classes[int(np.argmax(heads.joint))],
        "probabilities": shares(heads.joint),
        "audio": shares(heads.audio),
        "text": shares(heads.text),
        **calibrated,
    }
