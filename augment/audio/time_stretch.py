"""Another tempo at the same pitch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from numpy.random import Generator

from augment.audio.lengths import ENGINES, Engine, info_after
from augment.parameters import Range, draw_span, setting, span
from augment.transform import Audio, AudioInfo, AudioTransform, Preset, register


@register("time_stretch")
@dataclass(frozen=True)
class TimeStretch(AudioTransform):
    """Speak faster or slower; pitch and timbre stay.

    Parameters
    ----------
    rate : range to draw from, 0.25 to 4 times the tempo: 1.1 is 10 % faster, so shorter. The length is
        round(samples / rate), at least one sample, and never below 25 ms where the source was above.
    engine : "wsola", ours, or "signalsmith", Signalsmith Stretch through python-stretch.

    Raises
    ------
    ParameterError : where a range leaves its bounds.

    References
    ----------
    Verhelst & Roelands 1993 (WSOLA), ICASSP.
    """

    rate: Range = span((0.9, 1.1), 0.25, 4, "times the tempo", neutral=1)
    engine: Engine = setting("wsola", allowed=ENGINES)

    speaker_scope: ClassVar[bool] = True
    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset(
            {"rate": (0.97, 1.03)}, "PMID 40566227: tempo can change the emotion heard; keep it mild"
        ),
        "medium": Preset({"rate": (0.93, 1.07)}, "docs/evidence.md#pseudo-speakers"),
        "strong": Preset({"rate": (0.85, 1.15)}, "Ko et al. 2015, Interspeech, go to 0.9 and 1.1; audit it"),
        "voice": Preset({"rate": (0.93, 1.07)}, "docs/evidence.md#pseudo-speakers"),
    }

    def draw(self, rng: Generator, audio: AudioInfo) -> dict[str, Any]:
        return {"rate": draw_span(rng, self.rate)}

    def apply(self, audio: Audio, *, rate: float) -> Audio:
        from augment.audio.kernels.one_pass import stretch_and_shift

        stretched = stretch_and_shift(audio.samples, audio.rate, tempo=rate, engine=self.engine)
        return replace(audio, samples=stretched)

    def info_after(self, audio: AudioInfo, params: dict[str, Any]) -> AudioInfo:
        return info_after(audio, params["rate"])
