"""Tempo and pitch at once: one search for similar waveforms instead of two."""

from __future__ import annotations

import numpy as np

from augment.audio.lengths import frames_after


def stretch_and_shift(
    samples: np.ndarray,
    rate: int,
    tempo: float = 1.0,
    semitones: float = 0.0,
    formants: str = "keep",
    engine: str = "wsola",
) -> np.ndarray:
    """Change tempo, pitch, or both.

    The sound is stretched to 2 ** (semitones / 12) times the length wanted, then resampled to it, which moves
    pitch and formants; with `formants="keep"` they are first moved the other way.

    Parameters
    ----------
    samples : float32 (samples,).
    rate : Hz.
    tempo : 1.1 is 10 % faster.
    semitones : pitch, up where positive.
    formants : "keep" or "move".
    engine : "wsola", ours, or "signalsmith".

    Returns
    -------
    float32 (frames_after(samples, rate, tempo),), a new array
    """
    length = frames_after(len(samples), rate, tempo)
    if len(samples) == 0 or (length == len(samples) and semitones == 0):
        return samples.copy()
    if engine == "signalsmith":
        from augment.audio.kernels import signalsmith

        return signalsmith.stretch_and_shift(samples, rate, length, semitones, formants)
    from augment.audio.kernels.resample import resample_to
    from augment.audio.kernels.wsola import stretch

    if semitones == 0:
        return stretch(samples, rate, length)
    factor = 2.0 ** (semitones / 12)
    oversampling = 1.0
    if formants == "keep":
        from augment.audio.kernels.envelope import move_formants

        samples, oversampling = move_formants(samples, rate, factor)
    stretched = stretch(samples, rate * oversampling, max(1, round(length * factor * oversampling)))
    return resample_to(stretched, length)
