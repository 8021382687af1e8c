"""Play the sound faster or slower, as a tape would."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from numpy.random import Generator

from augment.audio.lengths import frames_after, info_after
from augment.parameters import Range, draw_span, span
from augment.transform import Audio, AudioInfo, AudioTransform, Preset, register


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

    factor: Range = span((0.9, 1.1), 0.5, 2, "times the speed", neutral=1)

    speaker_scope: ClassVar[bool] = True
    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset({"factor": (0.97, 1.03)}, "PMID 40566227: light resampling is among the safest"),
        "medium": Preset({"factor": (0.95, 1.05)}, "arXiv:2211.05047: the most robust gain, kept mild"),
        "strong": Preset({"factor": (0.9, 1.1)}, "Ko et al. 2015, Interspeech, pp. 3586-3589"),
        "voice": Preset({"factor": [[0.90, 0.96], [1.04, 1.10]]}, "docs/evidence.md#pseudo-speakers"),
    }

    def draw(self, rng: Generator, audio: AudioInfo) -> dict[str, Any]:
        return {"factor": draw_span(rng, self.factor)}

    def apply(self, audio: Audio, *, factor: float) -> Audio:
        from augment.audio.kernels.resample import resample_to

        length = frames_after(len(audio.samples), audio.rate, factor)
        return replace(audio, samples=resample_to(audio.samples, length))

    def info_after(self, audio: AudioInfo, params: dict[str, Any]) -> AudioInfo:
        return info_after(audio, params["factor"])
