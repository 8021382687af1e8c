"""Through a telephone, a voice message, a podcast and back."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

from numpy.random import Generator

from augment.parameters import Range, draw_option, draw_span, options, setting, span
from augment.transform import Audio, AudioInfo, AudioTransform, Preset, register

Kind = Literal["mp3", "opus", "vorbis", "mulaw", "gsm"]
KINDS = ("mp3", "opus", "vorbis", "mulaw", "gsm")
FIXED = ("mulaw", "gsm")  # they have no bit rate to choose


@register("codec")
@dataclass(frozen=True)
class Codec(AudioTransform):
    """Encode and decode: what the device or service that recorded a voice leaves of it.

    Length and timing stay to the sample; a codec's delay is taken out. Sound beyond [-1, 1] saturates, as it
    does before any encoder; silence stays silence.

    Parameters
    ----------
    kind : one or several of mp3, opus, vorbis, mulaw (G.711: eight bits a sample) and gsm (full rate 06.10, a
        mobile telephone of 13 kbit/s, always at 8 kHz), one drawn each time; by default all but gsm.
    kbps : range to draw from, 6 to 320 kbit/s; a codec takes the nearest that it has at the rate (MP3 at
        16 kHz 8 to 160, in steps). Vorbis knows qualities rather than rates and gets the one that names this
        rate at 16 kHz. For mulaw, 8 bit times the rate, and gsm it says nothing.
    rate : Hz at which the codec runs; None, the sound's own. 8000 with mulaw is a telephone, whose band ends
        at 4 kHz. Never above the sound's own rate, and the next that the codec has where it lacks that one.

    Raises
    ------
    ParameterError : an unknown kind, or a range or rate out of bounds.

    References
    ----------
    ITU-T G.711 (1988); ETSI GSM 06.10; IETF RFC 6716 (Opus); ISO/IEC 11172-3 (MP3); the Vorbis I specification.
    """

    kind: Kind | Sequence[Kind] = options(("mp3", "opus", "vorbis", "mulaw"), KINDS)
    kbps: Range = span((24.0, 64.0), 6, 320, "kbit/s", neutral=math.inf)
    rate: int | None = setting(None, low=4000, high=48_000, unit="Hz", integer=True)

    speaker_scope: ClassVar[bool] = True
    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset(
            {"kind": ("mp3", "opus", "vorbis"), "kbps": (96.0, 128.0)},
            "Reddy & Vijayarajan 2020, Int. J. Speech Technology 23(2): 96 kbit/s advised for MP3",
        ),
        "medium": Preset(
            {"kbps": (24.0, 64.0)},
            "Lech et al. 2020, doi:10.3389/fcomp.2020.00014: companding alone costs 3.8 points of accuracy",
        ),
        "strong": Preset(
            {"kind": ("mp3", "opus", "mulaw"), "kbps": (8.0, 16.0), "rate": 8000},
            "Lech et al. 2020, doi:10.3389/fcomp.2020.00014: 8 kHz and companding cost 7 points: audit it",
        ),
        "voice": Preset(
            {"kbps": (16.0, 64.0)},
            "no study known: one device a person, which the statistics of the voice take out again",
        ),
    }

    def draw(self, rng: Generator, audio: AudioInfo) -> dict[str, Any]:
        kind, kbps = draw_option(rng, self.kind), draw_span(rng, self.kbps)
        return {"kind": kind} if kind in FIXED else {"kind": kind, "kbps": kbps}

    def apply(self, audio: Audio, *, kind: Kind, kbps: float | None = None) -> Audio:
        from augment.audio.round_trip import round_trip

        own = audio.rate if self.rate is None else min(int(self.rate), audio.rate)
        return replace(audio, samples=round_trip(audio.samples, audio.rate, kind, kbps, own))
