"""Said a little differently."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.random import Generator

from augment.audio.levels import is_silent, mean_square
from augment.parameters import Range, draw_span, setting, span
from augment.transform import Audio, AudioInfo, AudioTransform, Preset, register


@register("prosody")
@dataclass(frozen=True)
class Prosody(AudioTransform):
    """Bend the course of pitch and loudness within small bounds; mean pitch, level and duration stay.

    Slow random contours, another seed each time. Pitch is bent by reading the sound a little faster or slower,
    as a tape that flutters: nothing is cut or joined, so it sounds clean, and single moments come earlier or
    later by some hundredths of a second.

    Parameters
    ----------
    semitones : range to draw from, 0 to 2 semitones either way, where the pitch contour is farthest.
    db : range to draw from, 0 to 12 dB either way, where the loudness contour is farthest.
    intonation : range to draw from, 0.5 to 1.5 times the voice's own deviations from its mean pitch: 0.8 is
        flatter, 1.2 livelier. At 1, the default, pitch is not tracked.
    points_per_second : of the random contours, 0.5 to 8; three are about a word each.
    formants : "keep" or "move" with the pitch.

    Raises
    ------
    ParameterError : where a range leaves its bounds.

    References
    ----------
    On what small changes of pitch do to the emotion heard: PMC5809549.
    """

    semitones: Range = span((0.2, 0.5), 0, 2, "semitones either way", neutral=0)
    db: Range = span((0.5, 2.0), 0, 12, "dB either way", neutral=0)
    intonation: Range = span(1.0, 0.5, 1.5, "times the range of pitch", neutral=1)
    points_per_second: float = setting(3.0, low=0.5, high=8, unit="points a second")
    formants: Literal["keep", "move"] = setting("keep", allowed=("keep", "move"))

    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset(
            {"semitones": (0.1, 0.3), "db": (0.5, 1.0)}, "below the half semitone of PMC5809549 throughout"
        ),
        "medium": Preset(
            {"semitones": (0.2, 0.5), "db": (0.5, 2.0)}, "PMC5809549: up to about half a semitone is small"
        ),
        "strong": Preset(
            {"semitones": (0.5, 1.0), "db": (2.0, 4.0), "intonation": (0.8, 1.2)},
            "PMC5809549: such changes make voices sound happier or sadder: audit it",
        ),
    }

    def draw(self, rng: Generator, audio: AudioInfo) -> dict[str, Any]:
        return {
            "semitones": draw_span(rng, self.semitones),
            "db": draw_span(rng, self.db),
            "intonation": draw_span(rng, self.intonation),
            "seed": int(rng.integers(2**53)),
        }

    def apply(self, audio: Audio, *, semitones: float, db: float, intonation: float, seed: int) -> Audio:
        from augment.audio.contours import at_samples, loudness, random_contour

        if is_silent(audio.samples):
            return audio
        count, rate = len(audio.samples), audio.rate
        weight = loudness(audio.samples, rate)
        bent = self._bent(audio, semitones, intonation, seed, weight)
        # seed + 1: a contour of its own, or loudness would rise with pitch every time
        rises = db * random_contour(len(weight), self.points_per_second, seed + 1, weight)
        bent = bent * (10 ** (at_samples(rises, count, rate) / 20)).astype(np.float32)
        level = np.sqrt(mean_square(audio.samples) / mean_square(bent))
        return replace(audio, samples=bent * np.float32(level))

    def _bent(
        self, audio: Audio, semitones: float, intonation: float, seed: int, weight: np.ndarray
    ) -> np.ndarray:
        """The samples with their pitch contour changed."""
        from augment.audio.contours import at_samples, intonation_contour, random_contour
        from augment.audio.kernels.pitch_track import track_pitch
        from augment.audio.kernels.read_at import read_at
        from augment.audio.kernels.tract import warp_envelope

        count, rate = len(audio.samples), audio.rate
        course = semitones * random_contour(len(weight), self.points_per_second, seed, weight)
        if intonation != 1:
            course += (intonation - 1) * intonation_contour(track_pitch(audio.samples, rate))
        if count < 2 or not course.any():
            return audio.samples
        speed = 2 ** (at_samples(course, count, rate) / 12)
        positions = np.cumsum(speed) - speed[0]
        positions *= (count - 1) / positions[
            -1
        ]  # from the first sample to the last, whatever rounding adds up to
        bent = read_at(audio.samples, positions)
        return warp_envelope(bent, rate, 1 / speed) if self.formants == "keep" else bent
