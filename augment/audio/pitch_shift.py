"""Another pitch at the same tempo."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from numpy.random import Generator

from augment.audio.lengths import ENGINES, Engine
from augment.parameters import Range, draw_span, setting, span
from augment.transform import Audio, AudioInfo, AudioTransform, Preset, register


@register("pitch_shift")
@dataclass(frozen=True)
class PitchShift(AudioTransform):
    """Shift pitch and keep duration to the sample; `formants` says whether the timbre stays.

    Parameters
    ----------
    semitones : range to draw from, -12 to 12; above 0 is higher.
    formants : "keep" leaves the vocal tract as it is, so that the same person speaks higher or lower;
        "move" shifts the spectrum along, as a smaller or larger person would sound.
    engine : "wsola", ours, or "signalsmith", Signalsmith Stretch through python-stretch.

    Raises
    ------
    ParameterError : where a range leaves its bounds.

    References
    ----------
    Verhelst & Roelands 1993 (WSOLA), ICASSP; formants by linear prediction, Makhoul 1975, Proc. IEEE.
    """

    semitones: Range = span((-1.0, 1.0), -12, 12, "semitones", neutral=0)
    formants: Literal["keep", "move"] = setting("keep", allowed=("keep", "move"))
    engine: Engine = setting("wsola", allowed=ENGINES)

    speaker_scope: ClassVar[bool] = True
    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset(
            {"semitones": (-0.5, 0.5)}, "PMC5809549: small shifts; larger ones sound happy or sad"
        ),
        "medium": Preset({"semitones": (-1.0, 1.0)}, "PMC5809549: about the most that keeps the emotion"),
        "strong": Preset({"semitones": (-2.0, 2.0)}, "what most pipelines do; audit it (docs/evidence.md)"),
        "voice": Preset(
            {"semitones": [[-2.0, -0.8], [0.8, 2.0]], "formants": "move"}, "docs/evidence.md#pseudo-speakers"
        ),
    }

    def draw(self, rng: Generator, audio: AudioInfo) -> dict[str, Any]:
        return {"semitones": draw_span(rng, self.semitones)}

    def apply(self, audio: Audio, *, semitones: float) -> Audio:
        from augment.audio.kernels.one_pass import stretch_and_shift

        shifted = stretch_and_shift(
            audio.samples, audio.rate, semitones=semitones, formants=self.formants, engine=self.engine
        )
        return replace(audio, samples=shifted)
