"""Pitch, tempo and chains on real speech of 1, 4 and 15 s at 16 kHz, against audiomentations."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from functools import partial

import numpy as np

from benchmarks.speech import RATE, speech
from benchmarks.timing import Comparison, compare

SECONDS = (1.0, 4.0, 15.0)


def voice(seconds: float = 4.0, rate: int = RATE) -> np.ndarray:
    """Something like a voice: harmonics of a gliding pitch under three formants, with pauses."""
    t = np.arange(int(seconds * rate)) / rate
    phase = 2 * np.pi * np.cumsum(140 + 30 * np.sin(2 * np.pi * 0.7 * t)) / rate
    sound = np.zeros_like(t)
    for harmonic in range(1, 30):
        hertz = 140 * harmonic
        gain = sum(np.exp(-(((hertz - peak) / 250) ** 2)) for peak in (600, 1400, 2600))
        sound += gain * np.sin(harmonic * phase)
    sound *= np.clip(np.sin(2 * np.pi * 1.3 * t) + 0.6, 0, 1)
    return (0.5 * sound / np.abs(sound).max()).astype(np.float32)


def run() -> Iterator[Comparison]:
    """Yield one comparison a transform and length; parameters are drawn by both sides, for each call."""
    warnings.filterwarnings("ignore", module="audiomentations")
    for seconds in SECONDS:
        clip = speech(seconds)
        for what, ours, theirs, peer in _pairs():
            yield compare(f"{what}, {seconds:g} s", partial(ours, clip), partial(theirs, clip, RATE), peer)


def _pairs() -> Iterator[tuple[str, Callable, Callable, str]]:
    import audiomentations as am

    from augment import AddNoise, Audio, Chain, PitchShift, Sample, TimeStretch, generator

    rng = generator(0, "bench")
    pitch = am.PitchShift(min_semitones=-2, max_semitones=2, p=1.0)
    stretch = am.TimeStretch(min_rate=0.9, max_rate=1.1, leave_length_unchanged=False, p=1.0)
    noise = am.AddGaussianSNR(min_snr_db=15, max_snr_db=35, p=1.0)
    kept = PitchShift(semitones=(-2, 2))
    moved = PitchShift(semitones=(-2, 2), formants="move")
    tempo = TimeStretch(rate=(0.9, 1.1))
    both, three = Chain([moved, tempo]), Chain([moved, tempo, AddNoise(snr_db=(15, 35), color="white")])

    def chained(chain: Chain) -> Callable:
        return lambda clip: chain(Sample(id="bench", audio=Audio(clip, RATE), text=None), rng)

    yield "time stretch", lambda clip: tempo(clip, RATE, rng), stretch, "TimeStretch (signalsmith)"
    yield "pitch, moved", lambda clip: moved(clip, RATE, rng), pitch, "PitchShift (signalsmith)"
    yield "pitch, kept", lambda clip: kept(clip, RATE, rng), pitch, "PitchShift, which moves formants"
    yield "pitch + tempo", chained(both), am.Compose([pitch, stretch]), "Compose of both"
    yield "pitch + tempo + noise", chained(three), am.Compose([pitch, stretch, noise]), "Compose of the three"
