"""Play the sound faster or slower, as a tape would."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from numpy.random import Generator

from augment.audio.lengths import frames_after, info_after
from augment.parameters import Range, draw_span, span
from augment.transform import Audio, AudioInfo, AudioTransform, register


@register("speed")
@dataclass(frozen=True)
class Speed(AudioTransform):
    """Resample: pitch, tempo and formants move together, so that another person seems to speak.

    Parameters
    ----------
    factor : range to draw from, 0.5 to 2 times the speed: 1.1 is 10 % faster and 1.65 semitones higher. The
        length is round(samples / factor), at least one sample, and never below 25 ms where the source was
        above. Below 1 nothing is left above `factor` times the Nyquist frequency.

    Raises
    ------
    ParameterError : where a range leaves its bounds.

    References
    ----------
    Ko, Peddinti, Povey & Khudanpur 2015, "Audio augmentation for speech recognition", Interspeech.
    """

    factor: Range = span((0.9, 1.1), 0.5, 2, "times the speed")

    speaker_scope: ClassVar[bool] = True

    def draw(self, rng: Generator, audio: AudioInfo) -> dict[str, Any]:
        return {"factor": draw_span(rng, self.factor)}

    def apply(self, audio: Audio, *, factor: float) -> Audio:
        from augment.audio.kernels.resample import resample_to

        length = frames_after(len(audio.samples), audio.rate, factor)
        return replace(audio, samples=resample_to(audio.samples, length))

    def info_after(self, audio: AudioInfo, params: dict[str, Any]) -> AudioInfo:
        return info_after(audio, params["factor"])
