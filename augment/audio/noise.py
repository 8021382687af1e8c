"""Background noise at a signal-to-noise ratio."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import inf, sqrt
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Literal

import numpy as np
from numpy.random import Generator

from augment.audio.babble import draw_babble, with_babble
from augment.audio.levels import SILENT_RMS, is_silent, mean_square
from augment.audio.noise_colors import SLOPES, Color, before_xoshiro, colored_noise
from augment.audio.noise_files import check_readable, cut_of, draw_cut, noise_files
from augment.parameters import Range, draw_option, draw_span, options, setting, span
from augment.transform import Audio, AudioInfo, AudioTransform, Preset, register

if TYPE_CHECKING:
    from augment.pairs.pool import Partners

SILENT_CLIP = "add_noise: a silent clip has no signal-to-noise ratio; left as it is"
SILENT_NOISE = "add_noise: the noise files are silent where they were cut; nothing added"


@register("add_noise")
@dataclass(frozen=True)
class AddNoise(AudioTransform):
    """Add noise, coloured or from files, at an exact ratio over the whole clip.

    Parameters
    ----------
    snr_db : range to draw from, -30 to 100 dB: power of the clip over power of the noise.
    color : "white", "pink" (-3 dB an octave), "brown" (-6 dB), "blue" (+3 dB), "violet" (+6 dB), "babble" (other
        training utterances at once, from a pool), or several, of which one is drawn each time.
    talkers : how many babble, a range of whole numbers; of other speakers where there are any.
    folder : a folder of noise recordings, a file, or a list of either, used instead of `color`. A file and a
        cut of it are drawn; silent cuts are drawn again, short files repeated.

    A silent clip, or noise that is silent wherever it is cut, leaves the clip unchanged with one warning; babble
    leaves it where the pool holds no other utterance.

    Raises
    ------
    ParameterError : where a range leaves its bounds, `folder` holds no sound files, or babble has no pool.
    AudioError : for a noise file that can't be read.
    """

    snr_db: Range = span((12.0, 30.0), -30, 100, "dB", neutral=inf)
    color: Color | Literal["babble"] | Sequence[Color | Literal["babble"]] = options(
        ("white", "pink"), allowed=(*SLOPES, "babble")
    )
    talkers: Range = span((4, 7), 1, 20, "talkers", integer=True)
    folder: str | Path | Sequence[str | Path] | None = setting(None)

    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset(
            {"snr_db": (25.0, 40.0)}, "arXiv:2104.08806: added noise is not label-neutral, so barely heard"
        ),
        "medium": Preset(
            {"snr_db": (15.0, 30.0)}, "arXiv:2104.08806: not label-neutral; a quiet room to a busy one"
        ),
        "strong": Preset(
            {"snr_db": (5.0, 20.0)}, "arXiv:2104.08806: raters change their minds in noise; audit it"
        ),
    }

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.folder is not None:
            noise_files(self.folder)
        elif "babble" in ([self.color] if isinstance(self.color, str) else self.color):
            object.__setattr__(self, "needs_pool", True)  # this one does; the class as such doesn't

    def ready(self) -> None:
        if self.folder is not None:
            check_readable(self.folder)

    def draw(self, rng: Generator, audio: AudioInfo, pool: Partners | None = None) -> dict[str, Any]:
        snr_db = draw_span(rng, self.snr_db)
        if self.folder is not None:
            return {"snr_db": snr_db, **draw_cut(rng, self.folder, audio.duration)}
        color, seed = draw_option(rng, self.color), int(rng.integers(2**53))
        if color == "babble":
            return {"snr_db": snr_db, "color": color, **draw_babble(rng, self.talkers, pool)}
        return {"snr_db": snr_db, "color": color, "seed": seed, "generator": "xoshiro256"}

    def apply(
        self,
        audio: Audio,
        *,
        snr_db: float,
        color: Color | None = None,
        seed: int | None = None,
        generator: Literal["xoshiro256", "pcg64"] = "pcg64",  # what drew copies that do not say
        file: str | None = None,
        offset: float = 0.0,
        partners: Sequence[str] = (),
        starts: Sequence[float] = (),
        pool: Partners | None = None,
    ) -> Audio:
        from augment.audio.kernels.gaussian import add_scaled, power

        samples = audio.samples
        level = power(samples)
        if level < SILENT_RMS**2:
            if len(samples):
                warnings.warn(SILENT_CLIP, stacklevel=2)
            return audio
        if color == "babble":
            return Audio(with_babble(audio, partners, starts, snr_db, pool), audio.rate)
        if color is not None and generator == "xoshiro256":
            noise = colored_noise(len(samples), audio.rate, color, seed)
            add_scaled(samples, noise, sqrt(level / power(noise) / 10 ** (snr_db / 10)))
            return Audio(noise, audio.rate)
        if color is not None:
            noise = before_xoshiro(len(samples), audio.rate, color, seed)
        else:
            noise = cut_of(self.folder, file, offset, len(samples), audio.rate)
        if noise is None or is_silent(noise):
            warnings.warn(SILENT_NOISE, stacklevel=2)
            return audio
        return replace(audio, samples=mix_at_snr(samples, noise, snr_db))


def mix_at_snr(samples: np.ndarray, noise: np.ndarray, snr_db: float) -> np.ndarray:
    """samples + g * noise, both (samples,), with g such that 10 log10(P_samples / P_noise) is `snr_db`."""
    gain = np.sqrt(mean_square(samples) / mean_square(noise) / 10 ** (snr_db / 10))
    return samples + noise * np.float32(gain)
