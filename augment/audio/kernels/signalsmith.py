"""The other engine: Signalsmith Stretch through python-stretch, phases aligned in the spectrum.

Some 10 to 20 times as slow as ours and steadier on music. It comes with audiomentations.
"""

from __future__ import annotations

import numpy as np

SEED = 0  # of the phases that it makes up in steep stretches: the same for every sound, so nothing to record


def stretch_and_shift(
    samples: np.ndarray, rate: int, length: int, semitones: float = 0.0, formants: str = "keep"
) -> np.ndarray:
    """Change tempo, pitch, or both by Signalsmith Stretch.

    Parameters
    ----------
    samples : float32 (samples,), at least one.
    rate : Hz.
    length : samples wanted, at least one.
    semitones : pitch, up where positive.
    formants : "keep" moves them the other way first, by linear prediction, or "move".

    Returns
    -------
    float32 (length,); the same bytes for the same input, whatever ran before
    """
    from python_stretch import Signalsmith

    from augment.audio.kernels.envelope import move_formants
    from augment.audio.kernels.resample import resample_to

    oversampling = 1.0
    count = len(samples)
    if formants == "keep" and semitones:
        samples, oversampling = move_formants(samples, rate, 2.0 ** (semitones / 12))
    stretch = Signalsmith.Stretch(SEED)  # it holds state: a new one for every sound
    stretch.preset(1, rate * oversampling)
    stretch.setTimeFactor(count / length)
    stretch.setTransposeSemitones(semitones)
    made = stretch.process(samples[None].copy())[0]  # it refuses what it may not write to
    wanted = max(1, round(length * oversampling))
    fitted = np.zeros(wanted, dtype=np.float32)  # it may round the other way
    fitted[: len(made)] = made[:wanted]
    return resample_to(fitted, length)
