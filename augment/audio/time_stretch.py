"""Another tempo at the same pitch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, ClassVar

from numpy.random import Generator

from augment.audio.lengths import info_after
from augment.parameters import Range, draw_span, span
from augment.transform import Audio, AudioInfo, AudioTransform, register


@register("time_stretch")
@dataclass(frozen=True)
class TimeStretch(AudioTransform):
    """Speak faster or slower; pitch and timbre stay.

    Parameters
    ----------
    rate : range to draw from, 0.25 to 4 times the tempo: 1.1 is 10 % faster, so shorter. The length is
        round(samples / rate), at least one sample, and never below 25 ms where the source was above.

    Raises
    ------
    ParameterError : where a range leaves its bounds.

    References
    ----------
    Verhelst & Roelands 1993 (WSOLA), ICASSP.
    """

    rate: Range = span((0.9, 1.1), 0.25, 4, "times the tempo")

    speaker_scope: ClassVar[bool] = True

    def draw(self, rng: Generator, audio: AudioInfo) -> dict[str, Any]:
        return {"rate": draw_span(rng, self.rate)}

    def apply(self, audio: Audio, *, rate: float) -> Audio:
        from augment.audio.kernels.one_pass import stretch_and_shift

        return replace(audio, samples=stretch_and_shift(audio.samples, audio.rate, tempo=rate))

    def info_after(self, audio: AudioInfo, params: dict[str, Any]) -> AudioInfo:
        return info_after(audio, params["rate"])
