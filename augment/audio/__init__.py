"""Transforms of sound, one a file; importing this package registers them."""

from __future__ import annotations

from augment.audio.codec import Codec
from augment.audio.crop import Crop
from augment.audio.filter import Filter
from augment.audio.gain import Gain
from augment.audio.loudness import Loudness
from augment.audio.noise import AddNoise
from augment.audio.pad import Pad
from augment.audio.pitch_shift import PitchShift
from augment.audio.prosody import Prosody
from augment.audio.reverb import Reverb
from augment.audio.saturate import Saturate
from augment.audio.shift import Shift
from augment.audio.speed import Speed
from augment.audio.time_stretch import TimeStretch
from augment.audio.trim import Trim
from augment.audio.vtlp import Vtlp

__all__ = [
    "AddNoise",
    "Codec",
    "Crop",
    "Filter",
    "Gain",
    "Loudness",
    "Pad",
    "PitchShift",
    "Prosody",
    "Reverb",
    "Saturate",
    "Shift",
    "Speed",
    "TimeStretch",
    "Trim",
    "Vtlp",
]
