"""Audio transforms on a 4 s clip at 16 kHz against audiomentations."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np

from benchmarks.timing import Comparison, compare

RATE = 16_000


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
    """Yield one comparison a transform."""
    import audiomentations as am

    from augment import AddNoise, Audio, Chain, PitchShift, Sample, TimeStretch, generator

    warnings.filterwarnings("ignore", module="audiomentations")
    clip = voice()
    rng = generator(0, "bench")
    pitch = am.PitchShift(min_semitones=-2, max_semitones=2, p=1.0)
    stretch = am.TimeStretch(min_rate=0.9, max_rate=1.1, leave_length_unchanged=False, p=1.0)
    noise = am.AddGaussianSNR(min_snr_db=15, max_snr_db=35, p=1.0)

    ours = PitchShift(semitones=(-2, 2))
    yield compare(
        "pitch shift, formants kept",
        lambda: ours(clip, RATE, rng),
        lambda: pitch(clip, RATE),
        "audiomentations PitchShift (signalsmith; formants move)",
    )
    moved = PitchShift(semitones=(-2, 2), formants="move")
    yield compare(
        "pitch shift, formants moved",
        lambda: moved(clip, RATE, rng),
        lambda: pitch(clip, RATE),
        "audiomentations PitchShift (signalsmith)",
    )
    slower = TimeStretch(rate=(0.9, 1.1))
    yield compare(
        "time stretch",
        lambda: slower(clip, RATE, rng),
        lambda: stretch(clip, RATE),
        "audiomentations TimeStretch (signalsmith)",
    )
    noisy = AddNoise(snr_db=(15, 35), color="white")
    yield compare(
        "white noise by SNR",
        lambda: noisy(clip, RATE, rng),
        lambda: noise(clip, RATE),
        "audiomentations AddGaussianSNR",
    )
    chain = Chain([moved, slower, noisy])
    sample = Sample(id="bench", audio=Audio(clip, RATE), text=None)
    peers = am.Compose([pitch, stretch, noise])
    yield compare(
        "pitch + stretch + noise",
        lambda: chain(sample, rng),
        lambda: peers(clip, RATE),
        "audiomentations Compose of the three",
    )
