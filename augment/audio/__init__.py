"""Transforms of sound, one a file; importing this package registers them."""

from __future__ import annotations

from augment.audio.gain import Gain
from augment.audio.noise import AddNoise
from augment.audio.pitch_shift import PitchShift
from augment.audio.speed import Speed
from augment.audio.time_stretch import TimeStretch

__all__ = ["AddNoise", "Gain", "PitchShift", "Speed", "TimeStretch"]
