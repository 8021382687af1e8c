"""Noise, gain and filters on clips of 1, 4 and 15 s at 16 kHz against audiomentations."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from benchmarks.audio import RATE, voice
from benchmarks.timing import Comparison, compare

SECONDS = (1.0, 4.0, 15.0)


def run() -> Iterator[Comparison]:
    """Yield one comparison a transform and length; parameters are drawn by both sides, for each call."""
    for seconds in SECONDS:
        clip = voice(seconds)
        for what, ours, theirs, peer in _pairs():
            yield compare(f"{what}, {seconds:g} s", partial(ours, clip), partial(theirs, clip, RATE), peer)


def _pairs() -> Iterator[tuple[str, Callable, Callable, str]]:
    import audiomentations as am

    from augment import AddNoise, Filter, Gain, generator

    rng = generator(0, "bench")

    def ours(transform: Any) -> Callable:
        return lambda clip: transform(clip, RATE, rng)

    ratios = {"min_snr_db": 15, "max_snr_db": 35, "p": 1.0}
    cut_offs = {"min_cutoff_freq": 3000, "max_cutoff_freq": 7000, "p": 1.0}
    lows = {"min_cutoff_freq": 60, "max_cutoff_freq": 250, "p": 1.0}
    yield (
        "white noise",
        ours(AddNoise(snr_db=(15, 35), color="white")),
        am.AddGaussianSNR(**ratios),
        "AddGaussianSNR",
    )
    yield (
        "pink noise",
        ours(AddNoise(snr_db=(15, 35), color="pink")),
        am.AddColorNoise(**ratios, min_f_decay=-3.01, max_f_decay=-3.01),
        "AddColorNoise",
    )
    yield "gain", ours(Gain(db=(-12, 12))), am.Gain(min_gain_db=-12, max_gain_db=12, p=1.0), "Gain"
    yield (
        "gain ramp",
        ours(Gain(db=(-6, 6), ramp_db=(-12, 12))),
        am.GainTransition(min_gain_db=-12, max_gain_db=12, p=1.0),
        "GainTransition",
    )
    for what, step, peer in (
        ("low pass", Filter(kind="low_pass"), am.LowPassFilter),
        ("high pass", Filter(kind="high_pass"), am.HighPassFilter),
    ):
        arguments = cut_offs if what == "low pass" else lows
        yield what, ours(step), peer(**arguments), f"{peer.__name__}, whose phase moves"
        yield what, ours(step), peer(**arguments, zero_phase=True), f"{peer.__name__}(zero_phase=True)"
    band = Filter(kind="telephone")
    centre = {"min_center_freq": 1000, "max_center_freq": 1100, "p": 1.0}
    yield "band pass", ours(band), am.BandPassFilter(**centre), "BandPassFilter, whose phase moves"
    yield (
        "band pass",
        ours(band),
        am.BandPassFilter(**centre, zero_phase=True),
        "BandPassFilter(zero_phase=True)",
    )
