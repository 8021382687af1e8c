"""Which values of frames and functionals mean anything: pitch exists where something is voiced."""

from __future__ import annotations

import numpy as np

from merhan.features.frames import F0, VOICED
from merhan.features.functionals import F0_NAMES, functional_names
from merhan.features.settings import FeatureSettings


def frame_validity(frames: np.ndarray) -> np.ndarray:
    """bool (frames, FRAME_DIM): all but F0 where nothing is voiced."""
    valid = np.ones(frames.shape, bool)
    valid[:, F0] = frames[:, VOICED] > 0
    return valid


def functional_validity(functionals: np.ndarray, settings: FeatureSettings) -> np.ndarray:
    """bool (…, FUNCTIONAL_DIM): all but those of F0 where no frame is voiced."""
    names = functional_names(settings)
    valid = np.ones(functionals.shape, bool)
    of_pitch = [name in F0_NAMES for name in names]
    valid[..., of_pitch] = functionals[..., names.index("voiced_share"), None] > 0
    return valid
