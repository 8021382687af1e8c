"""Take away low tones, high tones or both."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.random import Generator

from augment.parameters import (
    ParameterError,
    Range,
    draw_option,
    draw_span,
    intervals,
    options,
    setting,
    span,
)
from augment.transform import Audio, AudioInfo, AudioTransform, Preset, register

Kind = Literal["low_pass", "high_pass", "band_pass", "telephone"]
TELEPHONE = (300.0, 3400.0)  # Hz, ITU-T G.712
SHORTEST = 256  # samples either way of every response: what the corner at half the rate leaves behind
DECAY = 8.0  # nepers after which a response is cut: -70 dB of its start


@register("filter")
@dataclass(frozen=True)
class Filter(AudioTransform):
    """A Butterworth low, high or band pass without phase: another microphone, a wall, a telephone.

    Nothing moves in time, for every frequency passes with no delay at all (the filter looks as far ahead as
    back). The response is that of the analogue filter, in Hz, at whatever rate: a low pass above half of a file's
    rate leaves that file as it is.

    Parameters
    ----------
    kind : "low_pass" (below `high_hz`), "high_pass" (above `low_hz`), "band_pass" (between them), "telephone"
        (300 to 3400 Hz), or several, of which one is drawn each time.
    low_hz, high_hz : ranges to draw from, evenly by the octave: where the filter takes 3 dB.
    order : 2, 4, 6 or 8: it takes 6 dB an octave for each beyond the cut-off.

    Loudness is not made up for.

    Raises
    ------
    ParameterError : where a range leaves its bounds, or `low_hz` may come above `high_hz` in a band pass.

    References
    ----------
    Butterworth 1930, "On the theory of filter amplifiers", Wireless Engineer 7.
    """

    kind: Kind | Sequence[Kind] = options(
        ("low_pass", "high_pass"), allowed=("low_pass", "high_pass", "band_pass", "telephone")
    )
    low_hz: Range = span((60.0, 250.0), 20, 8000, "Hz", neutral=0)
    high_hz: Range = span((3000.0, 7000.0), 100, 24_000, "Hz", neutral=math.inf)
    order: int = setting(4, allowed=(2, 4, 6, 8))

    speaker_scope: ClassVar[bool] = True
    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset(
            {"low_hz": (50.0, 100.0), "high_hz": (5000.0, 7500.0), "order": 2},
            "PMID 40566227: light resampling, a low pass, is among the safest; F0 and F1 to F4 are kept",
        ),
        "medium": Preset(
            {
                "kind": ("low_pass", "high_pass", "band_pass"),
                "low_hz": (60.0, 200.0),
                "high_hz": (3800.0, 6000.0),
            },
            "no listening study known: F1 to F3 are kept, as over a wide-band telephone",
        ),
        "strong": Preset(
            {"kind": ("band_pass", "telephone"), "low_hz": (150.0, 400.0), "high_hz": (2500.0, 4000.0)},
            "no listening study known: takes breath and sharpness, cues of arousal; audit it",
        ),
        "voice": Preset(
            {"kind": "band_pass", "low_hz": (50.0, 200.0), "high_hz": (3800.0, 7500.0), "order": 2},
            "another microphone, which the statistics of the voice take out again; no study known",
        ),
    }

    def __post_init__(self) -> None:
        super().__post_init__()
        lowest_high = min(low for low, _ in intervals(self.high_hz))
        highest_low = max(high for _, high in intervals(self.low_hz))
        if (
            "band_pass" in ([self.kind] if isinstance(self.kind, str) else self.kind)
            and highest_low >= lowest_high
        ):
            raise ParameterError(
                "low_hz",
                f"up to {highest_low:g} Hz, and high_hz from {lowest_high:g} Hz: a band needs low below high",
            )

    def draw(self, rng: Generator, audio: AudioInfo) -> dict[str, Any]:
        kind = draw_option(rng, self.kind)
        low, high = (_by_the_octave(rng, self.low_hz), _by_the_octave(rng, self.high_hz))
        if kind == "telephone":
            low, high = TELEPHONE
        return {
            "low_hz": None if kind == "low_pass" else low,
            "high_hz": None if kind == "high_pass" else high,
        }

    def apply(self, audio: Audio, *, low_hz: float | None, high_hz: float | None) -> Audio:
        from augment.audio.kernels.convolve import convolve

        if len(audio.samples) == 0:
            return audio
        spectrum, size, reach = _response(audio.rate, low_hz, high_hz, self.order)
        return Audio(convolve(audio.samples, spectrum, size, reach, reach), audio.rate)


def butterworth(frequency: np.ndarray, low_hz: float | None, high_hz: float | None, order: int) -> np.ndarray:
    """Gain at `frequency` (Hz) of a band from `low_hz` to `high_hz`, either of which may be None: open."""
    power = np.ones_like(frequency)
    if high_hz is not None:
        power /= 1 + (frequency / high_hz) ** (2 * order)
    if low_hz is not None:
        ratio = (frequency / low_hz) ** (2 * order)
        power *= ratio / (1 + ratio)
    return np.sqrt(power)


@lru_cache(maxsize=16)  # a voice's filter serves all of its utterances
def _response(
    rate: int, low_hz: float | None, high_hz: float | None, order: int
) -> tuple[np.ndarray, int, int]:
    """Spectrum (real, for the response is even), block size, and how far the response reaches either way."""
    from scipy.fft import irfft, rfft

    from augment.audio.kernels.convolve import block_size

    slowest = min(hertz for hertz in (low_hz, high_hz) if hertz is not None)
    decay = 2 * math.pi * slowest * math.sin(math.pi / 2 / order)  # nepers a second: the slowest pole
    reach = max(SHORTEST, math.ceil(DECAY * rate / decay))
    size = block_size(reach, reach)
    # On a grid that is just fine enough: what lies beyond its ends is below what is cut.
    grid = 1 << (4 * reach - 1).bit_length()
    gain = butterworth(np.arange(grid // 2 + 1) * (rate / grid), low_hz, high_hz, order)
    response = irfft(gain.astype(np.float32), n=grid)
    turned = np.zeros(size, dtype=np.float32)
    turned[: reach + 1] = response[: reach + 1]
    turned[size - reach :] = response[grid - reach :]
    spectrum = rfft(turned).real.copy()
    spectrum.setflags(write=False)
    return spectrum, size, reach


def _by_the_octave(rng: Generator, value: Range) -> float:
    return math.exp(draw_span(rng, [(math.log(low), math.log(high)) for low, high in intervals(value)]))
