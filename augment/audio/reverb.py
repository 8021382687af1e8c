"""Let a clip sound in a room."""

from __future__ import annotations

import math
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
from numpy.random import Generator

from augment.audio.noise_files import check_readable, noise_files
from augment.parameters import ParameterError, Range, draw_span, setting, span
from augment.transform import Audio, AudioInfo, AudioTransform, Preset, register

LEAD = 0.001  # s before the direct sound that a recorded response may begin
LONGEST = 10.0  # s of a recorded response
SILENT_RESPONSE = "reverb: the recorded response is silent; clip left as it is"


@register("reverb")
@dataclass(frozen=True)
class Reverb(AudioTransform):
    """Reverberation of a room, made from its figures or recorded; the energy of the clip is kept.

    The direct sound stays where it was in time. What sounds on after the clip's end is cut off, unless `tail`.

    Parameters
    ----------
    rt60 : range to draw from, 0.05 to 10 s: reverberation time at 500 Hz and 1 kHz; shorter above.
    drr_db : range to draw from, -20 to 40 dB: energy of the direct sound over that of the reverberation.
    distance : range to draw from, 0.1 to 100 m from the mouth; the ratio then follows from it, the volume and
        `rt60`, and `drr_db` is not drawn.
    volume : range to draw from, 5 to 20,000 m³: when the first reflections come, and how dense.
    folder : a folder of impulse responses, a file, or a list of either, used instead of the figures above. One is
        drawn, averaged over its channels, resampled, aligned at its direct sound and cut 60 dB down.
    tail : let the clip ring out: it becomes longer by the response.

    Raises
    ------
    ParameterError : where a range leaves its bounds, or `folder` holds no sound files.
    AudioError : for a response that can't be read.
    """

    rt60: Range = span((0.2, 0.6), 0.05, 10, "s", neutral=0)
    drr_db: Range = span((3.0, 15.0), -20, 40, "dB", neutral=math.inf)
    distance: Range | None = span(None, 0.1, 100, "m", neutral=0)
    volume: Range = span((30.0, 150.0), 5, 20_000, "m³")
    folder: str | Path | Sequence[str | Path] | None = setting(None)
    tail: bool = setting(False, allowed=(False, True))

    speaker_scope: ClassVar[bool] = True
    changes_duration_by: ClassVar[str] = "tail"
    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset(
            {"rt60": (0.15, 0.35), "drr_db": (8.0, 20.0), "volume": (20.0, 60.0)},
            "PMID 40566227: reverberation is among the safest; a furnished room, close to the microphone",
        ),
        "medium": Preset(
            {"rt60": (0.2, 0.6), "drr_db": (3.0, 15.0)},
            "PMID 40566227: reverberation is among the safest; an office or living room",
        ),
        "strong": Preset(
            {"rt60": (0.5, 1.2), "drr_db": (-5.0, 5.0), "volume": (80.0, 500.0)},
            "no listening study known at this strength: a hall, which smears short vowels; audit it",
        ),
        "voice": Preset(
            {"rt60": (0.2, 0.7), "drr_db": (0.0, 12.0)},
            "another room, which the statistics of the voice take out again; PMID 40566227",
        ),
    }

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.folder is not None:
            noise_files(self.folder)

    def ready(self) -> None:
        if self.folder is not None:
            check_readable(self.folder)

    def draw(self, rng: Generator, audio: AudioInfo) -> dict[str, Any]:
        if self.folder is not None:
            names = list(noise_files(self.folder))
            return {"file": names[int(rng.integers(len(names)))]}
        from augment.audio.kernels.room import drr_of

        rt60, volume = draw_span(rng, self.rt60), draw_span(rng, self.volume)
        if self.distance is not None:
            drr_db = drr_of(draw_span(rng, self.distance), rt60, volume)
        else:
            drr_db = draw_span(rng, self.drr_db)
        return {"rt60": rt60, "drr_db": drr_db, "volume": volume, "seed": int(rng.integers(2**53))}

    def apply(self, audio: Audio, **params: Any) -> Audio:
        from augment.audio.kernels.convolve import block_size, convolve
        from augment.audio.kernels.gaussian import power

        samples = audio.samples
        response = self._response(audio.rate, params)
        before = power(samples) * len(samples)
        if response is None:
            warnings.warn(SILENT_RESPONSE, stacklevel=2)
        if response is None or before == 0:
            return audio
        lead, lag = response.lead, len(response.samples) - response.lead - 1
        length = len(samples) + (lag if self.tail else 0)
        size = min(block_size(lead, lag), 1 << (length + lead + lag - 1).bit_length())
        wet = convolve(samples, _spectrum(response, size), size, lead, lag, length)
        after = power(wet) * length
        return Audio(wet * np.float32(math.sqrt(before / after)), audio.rate) if after > 0 else audio

    def info_after(self, audio: AudioInfo, params: dict[str, Any]) -> AudioInfo:
        response = self._response(audio.rate, params) if self.tail else None
        if response is None:
            return audio
        return AudioInfo(
            audio.rate, audio.duration + (len(response.samples) - response.lead - 1) / audio.rate
        )

    def _response(self, rate: int, params: Mapping[str, Any]) -> Response | None:
        if "file" not in params:
            return _made(rate, **params)
        path = noise_files(self.folder).get(params["file"])
        if path is None:
            raise ParameterError(
                "folder", f"{params['file']} is no longer in {self.folder}; put it back to replay this room"
            )
        return _recorded(rate, path)


@dataclass(frozen=True, eq=False)  # known by identity, so that its spectra can be kept
class Response:
    """An impulse response (samples,) float32 whose direct sound is `samples[lead]`."""

    samples: np.ndarray
    lead: int


# A voice's room serves all of its utterances; a recording, every clip that draws it.
@lru_cache(maxsize=8)
def _made(rate: int, rt60: float, drr_db: float, volume: float, seed: int) -> Response:
    from augment.audio.kernels.room import room_response

    return Response(room_response(rate, rt60, drr_db, volume, seed), lead=0)


@lru_cache(maxsize=8)
def _recorded(rate: int, path: Path) -> Response | None:
    """A recording at `rate` Hz from 1 ms before its direct sound to where 60 dB less is left; None if silent."""
    from augment.audio.files import read_audio
    from augment.audio.kernels.resample import resample_to

    recording = read_audio(path)
    samples = resample_to(recording.samples, max(1, round(len(recording.samples) * rate / recording.rate)))
    loudness = np.abs(samples)
    if not loudness.max() > 0:
        return None
    # The first peak of at least half the highest: in a far corner a reflection may be louder than the voice itself.
    onset = int(np.argmax(loudness >= loudness.max() / 2))
    direct = onset + int(np.argmax(loudness[onset : onset + max(1, round(LEAD * rate))]))
    lead = min(direct, round(LEAD * rate))
    kept = samples[direct - lead : direct + round(LONGEST * rate)] / samples[direct]
    window = max(1, rate // 100)
    energy = np.add.reduceat(np.square(kept, dtype=np.float64), np.arange(0, len(kept), window))
    floor = np.median(
        energy[-max(1, len(energy) // 10) :]
    )  # the recording's own noise, if it goes on that long
    heard = np.flatnonzero(energy > max(1e-6 * energy.max(), 2 * floor))
    end = window * int(heard[-1] + 1) if len(heard) else len(kept)
    return Response(np.ascontiguousarray(kept[:end]), lead)


@lru_cache(maxsize=8)
def _spectrum(response: Response, size: int) -> np.ndarray:
    from scipy.fft import rfft

    turned = np.zeros(size, dtype=np.float32)
    turned[: len(response.samples) - response.lead] = response.samples[response.lead :]
    turned[size - response.lead :] = response.samples[: response.lead]
    return rfft(turned)
