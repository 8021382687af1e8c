"""What is measured on a changed voice, by Praat and by spectra: nothing here knows who changed it.

Sources: Boersma 1993 (pitch by autocorrelation), Praat's formants by Burg's method, Gray & Markel 1976
(log-spectral distance).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from benchmarks.speech import RATE

STEP = 0.005  # s between two measurements
EDGE = 0.02  # s at either end where nothing is measured
FRAME, HOP = 512, 160  # samples of a spectrum, 32 and 10 ms
FLOOR_DB, HEARD_DB = (
    -60.0,
    -40.0,
)  # below a clip's loudest bin: not compared in a frame; the frame is not compared


@dataclass(frozen=True)
class Voice:
    """A sound at 16 kHz whose time runs `tempo` times as fast as its source's."""

    samples: np.ndarray
    tempo: float = 1.0
    seconds: float | None = None  # of the source

    @property
    def times(self) -> np.ndarray:
        """Where to measure, s: the same moments in the source and in every copy."""
        seconds = len(self.samples) / RATE if self.seconds is None else self.seconds
        return np.arange(EDGE, seconds - EDGE, STEP) / self.tempo

    @cached_property
    def pitch(self) -> np.ndarray:
        """F0 in Hz at `times`, 0 where unvoiced."""
        found = self._sound().to_pitch_ac(time_step=STEP, pitch_floor=75, pitch_ceiling=600)
        return np.nan_to_num(np.array([found.get_value_at_time(time) for time in self.times]))

    @cached_property
    def formants(self) -> np.ndarray:
        """(times, 3): F1, F2, F3 in Hz."""
        found = self._sound().to_formant_burg(time_step=STEP, maximum_formant=5300)
        return np.array([[found.get_value_at_time(n, time) for n in (1, 2, 3)] for time in self.times])

    @cached_property
    def spectra(self) -> np.ndarray:
        """(frames, bins), dB."""
        frames = np.lib.stride_tricks.sliding_window_view(self.samples, FRAME)[::HOP]
        power = np.square(np.abs(np.fft.rfft(frames * np.hanning(FRAME), axis=1)))
        return 10 * np.log10(power + 1e-12)

    def _sound(self):  # -> parselmouth.Sound, imported late
        import parselmouth

        return parselmouth.Sound(self.samples.astype(float), RATE)


def f0_errors_cents(source: Voice, copy: Voice, semitones: float) -> np.ndarray:
    """How far F0 is from the source's, shifted as asked: at every moment that is voiced in both."""
    voiced = (source.pitch > 0) & (copy.pitch > 0)
    return 1200 * np.log2(copy.pitch[voiced] / source.pitch[voiced]) - 100 * semitones


def duration_error_ms(source: Voice, copy: Voice) -> float:
    """How far the length is from the source's, divided by the tempo and rounded to a sample."""
    return abs(len(copy.samples) - round(len(source.samples) / copy.tempo)) / RATE * 1e3


def formant_drift(source: Voice, copy: Voice, factor: float) -> np.ndarray:
    """(3,): how far F1, F2, F3 are from `factor` times the source's, as a share; medians over voiced moments."""
    voiced = (source.pitch > 0) & (copy.pitch > 0)
    ratios = copy.formants[voiced] / source.formants[voiced]
    return np.abs(np.nanmedian(ratios, axis=0) / factor - 1)


def log_spectral_distance_db(source: Voice, copy: Voice) -> float:
    """Mean over frames of the root mean square difference of two log spectra, where the source is heard."""
    length = min(len(source.spectra), len(copy.spectra))
    before, after = source.spectra[:length], copy.spectra[:length]
    floor = before.max() + FLOOR_DB
    difference = np.square(np.maximum(before, floor) - np.maximum(after, floor))
    heard = before.max(axis=1) > before.max() + HEARD_DB
    return float(np.sqrt(difference[heard].mean(axis=1)).mean())
