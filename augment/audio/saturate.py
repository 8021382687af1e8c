"""Overdriven: the loudest parts squashed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.random import Generator

from augment.audio.levels import mean_square
from augment.parameters import Range, draw_option, draw_span, options, span
from augment.transform import Audio, AudioInfo, AudioTransform, Preset, register

Kind = Literal["hard", "soft"]
LOUD = 99.9  # percentile of |samples| that stands for a clip's loudest: one click must not set it


@register("saturate")
@dataclass(frozen=True)
class Saturate(AudioTransform):
    """Clip hard, or saturate softly: a microphone too close, a preamplifier turned up too far.

    Both go by the sound's own level, not by full scale, and the level (RMS) is as before, so that this is
    no gain. Peaks never grow, and clipped samples stay below full scale unless the source's were there.

    Parameters
    ----------
    kind : hard, soft or both, one drawn each time.
    clipped : hard: range to draw from, 0 to 50 % of the samples that are cut to one height.
    drive_db : soft: range to draw from, 0 to 40 dB by which the loudest samples are driven into
        tanh(x): at 0 dB they lose 2.4 dB against the softest, at 12 dB 12. Runs at twice the rate, so
        that the third harmonic does not fold back; hard clipping does as a converter would, and folds.

    Raises
    ------
    ParameterError : an unknown kind, or a range out of bounds.
    """

    kind: Kind | Sequence[Kind] = options(("hard", "soft"), ("hard", "soft"))
    clipped: Range = span((0.1, 2.0), 0, 50, "% of the samples", neutral=0)
    drive_db: Range = span((0.0, 9.0), 0, 40, "dB", neutral=-math.inf)

    speaker_scope: ClassVar[bool] = True
    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset(
            {"clipped": (0.1, 0.5), "drive_db": (0.0, 3.0)},
            "no study known: hardly heard, peaks 1 to 3 dB lower",
        ),
        "medium": Preset(
            {"clipped": (0.1, 2.0), "drive_db": (0.0, 9.0)},
            "no study known: heard as a hot recording, every word clear",
        ),
        "strong": Preset(
            {"clipped": (2.0, 10.0), "drive_db": (9.0, 18.0)},
            "no study known: harsh, as a raised voice is, which may be heard as anger: audit it",
        ),
        "voice": Preset(
            {"clipped": (0.1, 3.0), "drive_db": (0.0, 12.0)},
            "no study known: one device a person, which the statistics of the voice take out again",
        ),
    }

    def draw(self, rng: Generator, audio: AudioInfo) -> dict[str, Any]:
        kind = draw_option(rng, self.kind)
        clipped, drive_db = draw_span(rng, self.clipped), draw_span(rng, self.drive_db)
        return {"kind": kind, "clipped": clipped} if kind == "hard" else {"kind": kind, "drive_db": drive_db}

    def apply(
        self, audio: Audio, *, kind: Kind, clipped: float | None = None, drive_db: float | None = None
    ) -> Audio:
        if not audio.samples.any():
            return audio
        squashed = clip(audio.samples, clipped) if kind == "hard" else drive(audio.samples, drive_db)
        level = np.sqrt(mean_square(audio.samples) / mean_square(squashed))
        return replace(audio, samples=squashed * np.float32(level))


def clip(samples: np.ndarray, percent: float) -> np.ndarray:
    """float32 (samples,) with the loudest `percent` of the samples cut to one height."""
    height = _height(samples, 100 - percent)
    return np.clip(samples, -height, height)


def drive(samples: np.ndarray, drive_db: float) -> np.ndarray:
    """tanh(g * samples / loudest), float32 (samples,), with g = 10^(drive_db / 20)."""
    from augment.audio.kernels.resample import resample_to

    gain = np.float32(10 ** (drive_db / 20) / _height(samples, LOUD))
    return resample_to(np.tanh(resample_to(samples, 2 * len(samples)) * gain), len(samples))


def _height(samples: np.ndarray, percentile: float) -> float:
    """What `percentile` % of |samples| do not exceed; the peak where nearly all are silent."""
    size = np.abs(samples)
    return float(np.percentile(size, percentile) or size.max())
