"""Noise, gain, filters, rooms and loudness on clips of 1, 4 and 15 s at 16 kHz: against audiomentations, pyloudnorm."""

from __future__ import annotations

import tempfile
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from augment import generator
from augment.transform import AudioTransform
from benchmarks.audio import RATE, voice
from benchmarks.timing import Comparison, compare

SECONDS = (1.0, 4.0, 15.0)


def run() -> Iterator[Comparison]:
    """Yield one comparison a transform and length; parameters are drawn by both sides, for each call."""
    warnings.filterwarnings("ignore", module="audiomentations")
    with tempfile.TemporaryDirectory() as folder:
        for seconds in SECONDS:
            clip = voice(seconds)
            for what, ours, theirs, peer in (*_pairs(), *_rooms(Path(folder)), *_levels()):
                yield compare(
                    f"{what}, {seconds:g} s", partial(ours, clip), partial(theirs, clip, RATE), peer
                )


def _ours(transform: AudioTransform) -> Callable:
    rng = generator(0, "bench")
    return lambda clip: transform(clip, RATE, rng)


def _pairs() -> Iterator[tuple[str, Callable, Callable, str]]:
    import audiomentations as am

    from augment import AddNoise, Filter, Gain

    ratios = {"min_snr_db": 15, "max_snr_db": 35, "p": 1.0}
    cut_offs = {"min_cutoff_freq": 3000, "max_cutoff_freq": 7000, "p": 1.0}
    lows = {"min_cutoff_freq": 60, "max_cutoff_freq": 250, "p": 1.0}
    yield (
        "white noise",
        _ours(AddNoise(snr_db=(15, 35), color="white")),
        am.AddGaussianSNR(**ratios),
        "AddGaussianSNR",
    )
    yield (
        "pink noise",
        _ours(AddNoise(snr_db=(15, 35), color="pink")),
        am.AddColorNoise(**ratios, min_f_decay=-3.01, max_f_decay=-3.01),
        "AddColorNoise",
    )
    yield "gain", _ours(Gain(db=(-12, 12))), am.Gain(min_gain_db=-12, max_gain_db=12, p=1.0), "Gain"
    yield (
        "gain ramp",
        _ours(Gain(db=(-6, 6), ramp_db=(-12, 12))),
        am.GainTransition(min_gain_db=-12, max_gain_db=12, p=1.0),
        "GainTransition",
    )
    for what, step, peer in (
        ("low pass", Filter(kind="low_pass"), am.LowPassFilter),
        ("high pass", Filter(kind="high_pass"), am.HighPassFilter),
    ):
        arguments = cut_offs if what == "low pass" else lows
        yield what, _ours(step), peer(**arguments), f"{peer.__name__} (moves phase)"
        yield what, _ours(step), peer(**arguments, zero_phase=True), f"{peer.__name__}(zero_phase=True)"
    band = Filter(kind="telephone")
    centre = {"min_center_freq": 1000, "max_center_freq": 1100, "p": 1.0}
    yield "band pass", _ours(band), am.BandPassFilter(**centre), "BandPassFilter (moves phase)"
    yield (
        "band pass",
        _ours(band),
        am.BandPassFilter(**centre, zero_phase=True),
        "BandPassFilter(zero_phase=True)",
    )


def _rooms(folder: Path) -> Iterator[tuple[str, Callable, Callable, str]]:
    """Half a second of response: recorded, which both keep in memory, and made anew for each clip."""
    import audiomentations as am
    import soundfile

    from augment import Reverb
    from augment.audio.kernels.room import room_response

    file = folder / "room.wav"
    soundfile.write(file, room_response(RATE, 0.5, 5.0, 60.0, seed=1), RATE, subtype="FLOAT")
    theirs = am.ApplyImpulseResponse(str(file), leave_length_unchanged=True, p=1.0)
    yield "recorded room", _ours(Reverb(folder=file)), theirs, "ApplyImpulseResponse"
    yield "a new room", _ours(Reverb(rt60=0.5)), theirs, "ApplyImpulseResponse, of one recording"


def _levels() -> Iterator[tuple[str, Callable, Callable, str]]:
    import pyloudnorm

    from augment import Loudness

    def theirs(clip: object, rate: int) -> object:
        meter = pyloudnorm.Meter(rate)
        return pyloudnorm.normalize.loudness(clip, meter.integrated_loudness(clip), -23.0)

    yield "loudness", _ours(Loudness(lufs=-23)), theirs, "pyloudnorm"
