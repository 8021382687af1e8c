"""What pitch shift and time stretch do to real speech: ours beside audiomentations and Praat."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import numpy as np

from benchmarks import voices
from benchmarks.measures import (
    Voice,
    duration_error_ms,
    f0_errors_cents,
    formant_drift,
    log_spectral_distance_db,
)
from benchmarks.speech import RATE, clips
from benchmarks.timing import Comparison

CLIPS = 16
TEMPOS = (0.87, 0.93, 1.07, 1.15)
SEMITONES = (-2.0, -1.0, 1.0, 2.0)
PEER = "audiomentations (signalsmith)"
Change = tuple[float, float]  # tempo, semitones


def run() -> Iterator[Comparison]:
    """Yield one comparison a measure: mean over clips and strengths; smaller is better for all."""
    warnings.filterwarnings("ignore", module="audiomentations")
    sources = [Voice(clip) for clip in clips(CLIPS)]
    stretches = [(tempo, 0.0) for tempo in TEMPOS]
    shifts = [(1.0, semitones) for semitones in SEMITONES]
    move, keep = voices.ours("move"), voices.ours("keep")
    yield from _rows("stretch", stretches, sources, move, voices.audiomentations, voices.praat_kept, None)
    yield from _rows("pitch, moved", shifts, sources, move, voices.audiomentations, voices.praat_moved, 1)
    yield from _rows("pitch, kept", shifts, sources, keep, None, voices.praat_kept, 0)


def _rows(
    what: str,
    changes: list[Change],
    sources: list[Voice],
    ours: voices.Change,
    theirs: voices.Change | None,
    praat: voices.Change,
    moved: int | None,
) -> Iterator[Comparison]:
    measured = [
        {} if side is None else _measure(side, changes, sources, moved) for side in (ours, theirs, praat)
    ]
    for name, unit in measured[0]:
        values = [side.get((name, unit)) for side in measured]
        peer = PEER if theirs else ""
        yield Comparison(f"{what}: {name}", values[0], values[1], peer, unit=unit, praat=values[2])


def _measure(
    change: voices.Change, changes: list[Change], sources: list[Voice], moved: int | None
) -> dict[tuple[str, str], float]:
    """Every measure of one way to change voices; `moved`: 1 where formants should move along, 0 where not."""
    found: dict[tuple[str, str], list[float]] = {}
    for source in sources:
        for tempo, semitones in changes:
            copy = Voice(change(source.samples, tempo, semitones), tempo, len(source.samples) / RATE)
            back = Voice(change(copy.samples, 1 / tempo, -semitones))
            errors = f0_errors_cents(source, copy, semitones)
            values = {
                ("median F0 error", "cents"): abs(np.median(errors)),
                ("F0 of single frames", "cents"): np.median(np.abs(errors)),
                ("duration error", "ms"): duration_error_ms(source, copy),
                ("there and back", "dB"): log_spectral_distance_db(source, back),
            }
            if moved is not None:
                drift = formant_drift(source, copy, 2 ** (moved * semitones / 12))
                values["formant drift", "%"] = 100 * drift.mean()
            for key, value in values.items():
                found.setdefault(key, []).append(float(value))
    return {key: float(np.nanmean(values)) for key, values in found.items()}
