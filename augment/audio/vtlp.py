"""Another vocal tract at the same pitch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar

from numpy.random import Generator

from augment.parameters import Range, draw_span, span
from augment.transform import Audio, AudioInfo, AudioTransform, Preset, register


@register("vtlp")
@dataclass(frozen=True)
class Vtlp(AudioTransform):
    """Vocal tract length perturbation: move the formants, leave pitch and tempo alone.

    Parameters
    ----------
    factor : range to draw from, 0.7 to 1.4 times the formant frequencies: 1.1 is a tract 9 % shorter. True to
        4.8 kHz at 16 kHz (3.2 kHz at 8 kHz); what is above is squeezed or drawn out to fill the band.

    Raises
    ------
    ParameterError : where a range leaves its bounds.

    References
    ----------
    Jaitly & Hinton 2013, "Vocal tract length perturbation (VTLP) improves speech recognition", ICML workshop;
    for emotions arXiv:1802.05630, each epoch anew.
    """

    factor: Range = span((0.9, 1.1), 0.7, 1.4, "times the formant frequencies", neutral=1)

    speaker_scope: ClassVar[bool] = True
    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset({"factor": (0.97, 1.03)}, "a third of what arXiv:1802.05630 takes: hardly heard"),
        "medium": Preset({"factor": (0.95, 1.05)}, "half of what arXiv:1802.05630 takes"),
        "strong": Preset({"factor": (0.9, 1.1)}, "arXiv:1802.05630: 0.9 to 1.1, each epoch anew"),
        "voice": Preset(
            {"factor": [[0.90, 0.96], [1.04, 1.10]]},
            "arXiv:1802.05630; a gap, so that no voice equals its source: docs/evidence.md#pseudo-speakers",
        ),
    }

    def draw(self, rng: Generator, audio: AudioInfo) -> dict[str, Any]:
        return {"factor": draw_span(rng, self.factor)}

    def apply(self, audio: Audio, *, factor: float) -> Audio:
        from augment.audio.kernels.tract import warp_envelope

        return replace(audio, samples=warp_envelope(audio.samples, audio.rate, factor))
