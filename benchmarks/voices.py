"""The ways to change a voice that are compared: ours, audiomentations, Praat; each (samples, tempo, semitones) at 16 kHz."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np

from benchmarks.speech import RATE

Change = Callable[[np.ndarray, float, float], np.ndarray]
LOWEST, HIGHEST = 75.0, 600.0  # Hz, Praat's search for pitch


def ours(formants: str) -> Change:
    """One pass of our kernels."""
    from augment.audio.kernels.one_pass import stretch_and_shift

    return lambda samples, tempo, semitones: stretch_and_shift(samples, RATE, tempo, semitones, formants)


def audiomentations(samples: np.ndarray, tempo: float, semitones: float) -> np.ndarray:
    """Its default, Signalsmith Stretch; two passes where both are asked for; formants move."""
    if tempo != 1:
        samples = _time_stretch(tempo)(samples, RATE)
    return samples if semitones == 0 else _pitch_shift(semitones)(samples, RATE)


def praat_kept(samples: np.ndarray, tempo: float, semitones: float) -> np.ndarray:
    """Manipulation, pitch-synchronous overlap-add (Moulines & Charpentier 1990): formants stay."""
    from parselmouth.praat import call

    sound = _sound(samples)
    manipulation = call(sound, "To Manipulation", 0.01, LOWEST, HIGHEST)
    if semitones:
        pitch = call(manipulation, "Extract pitch tier")
        call(pitch, "Multiply frequencies", 0, sound.duration, 2 ** (semitones / 12))
        call([manipulation, pitch], "Replace pitch tier")
    if tempo != 1:
        duration = call("Create DurationTier", "tempo", 0, sound.duration)
        call(duration, "Add point", 0, 1 / tempo)
        call([manipulation, duration], "Replace duration tier")
    return _samples(call(manipulation, "Get resynthesis (overlap-add)"))


def praat_moved(samples: np.ndarray, tempo: float, semitones: float) -> np.ndarray:
    """Played faster, then stretched back by pitch-synchronous overlap-add: what Change gender does to formants."""
    from parselmouth.praat import call

    factor = 2 ** (semitones / 12)
    sound = _sound(samples)
    if semitones:
        sound = call(sound, "Override sampling frequency...", RATE * factor) or sound
        sound = call(sound, "Resample", RATE, 50)
    longer = factor / tempo
    return _samples(call(sound, "Lengthen (overlap-add)", LOWEST, HIGHEST, longer))


@cache
def _time_stretch(rate: float) -> Callable:
    import audiomentations as am

    return am.TimeStretch(min_rate=rate, max_rate=rate, leave_length_unchanged=False, p=1.0)


@cache
def _pitch_shift(semitones: float) -> Callable:
    import audiomentations as am

    return am.PitchShift(min_semitones=semitones, max_semitones=semitones, p=1.0)


def _sound(samples: np.ndarray):  # -> parselmouth.Sound, imported late
    import parselmouth

    return parselmouth.Sound(samples.astype(float), RATE)


def _samples(sound) -> np.ndarray:
    return sound.values[0].astype(np.float32)
