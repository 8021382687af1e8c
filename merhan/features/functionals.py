"""One vector for a whole utterance: statistics of its frames.

Few and telling, after eGeMAPS (Eyben et al. 2016, IEEE TAC): on unseen speakers of two acted corpora, about
a hundred of these beat statistics of every frame feature (six hundred) by 5 to 10 points of UAR in a linear
model, because what speakers differ in grows with the number of columns and what emotions differ in does not.
"""

from __future__ import annotations

import numpy as np

from merhan.features.frames import ENERGY, F0, VOICED
from merhan.features.prosody import runs
from merhan.features.settings import FRAME_RATE, FeatureSettings

CEPSTRA = 20  # of the MFCC; finer ones tell who speaks rather than how
LOUD = 5.3  # nats (23 dB) below the loud end of an utterance is a pause
PAUSE = 0.08  # s; shorter gaps are stops within words

F0_NAMES = (
    *("f0_mean", "f0_deviation", "f0_p10", "f0_p50", "f0_p90", "f0_range", "f0_span", "f0_slope", "f0_curve"),
    *("f0_step", "f0_rise", "f0_last", "f0_begin", "f0_end"),
    *("f0_third_1", "f0_third_2", "f0_third_3", "f0_peak_at"),
)
SPECTRUM_NAMES = (
    *("alpha_mean", "alpha_deviation", "hammarberg_mean", "hammarberg_deviation"),
    *("centroid_mean", "centroid_deviation", "flux_mean", "flux_deviation"),
    *("alpha_all", "centroid_all", "alpha_power"),
)
TIMING_NAMES = (
    *("log_duration", "voiced_share", "voiced_length", "voiced_rate", "loud_share"),
    *("energy_peak", "energy_range", "energy_slope", "energy_fall"),
    *("pause_rate", "pause_longest", "syllable_rate"),
)


def functionals(frames: np.ndarray, settings: FeatureSettings, duration: float) -> np.ndarray:
    """Functionals of one utterance, unnormalised, finite whatever the sound.

    Parameters
    ----------
    frames : (frames, FRAME_DIM) of `frame_features`, 100 a second, at least one.
    duration : seconds of audio.

    Returns
    -------
    float32 (FUNCTIONAL_DIM,), as `functional_names`: mean, deviation and deviation of the differences of the
    first MFCC; level, spread, percentiles, slope and shape of F0 over voiced frames (semitones, seconds; 0
    where nothing is voiced: `columns.functional_validity`); tilt and movement of the spectrum; duration,
    rhythm, energy and pauses.
    """
    frames = np.asarray(frames, np.float64)
    cepstra = frames[:, : min(CEPSTRA, settings.mfcc)]
    steps = np.diff(cepstra, axis=0) if len(frames) > 1 else np.zeros_like(cepstra)
    parts = (cepstra.mean(axis=0), cepstra.std(axis=0), steps.std(axis=0))
    stretches = runs(frames[:, VOICED] > 0)
    pitch, timing = _pitch(frames, stretches), _timing(frames, stretches, duration)
    return np.concatenate([*parts, pitch, _spectrum(frames, settings), timing], dtype=np.float32)


def functional_names(settings: FeatureSettings | None = None) -> tuple[str, ...]:
    """What each number of the vector is."""
    cepstra = range(min(CEPSTRA, (settings or FeatureSettings()).mfcc))
    return (
        *(f"mfcc_{i}_{what}" for what in ("mean", "deviation", "delta_deviation") for i in cepstra),
        *(F0_NAMES + SPECTRUM_NAMES + TIMING_NAMES),
    )


def _pitch(frames: np.ndarray, stretches: np.ndarray) -> tuple[float, ...]:
    """F0_NAMES: semitones, semitones a second, places as a share of the utterance."""
    where = np.flatnonzero(frames[:, VOICED] > 0)
    if not len(where):
        return (0.0,) * len(F0_NAMES)
    f0 = frames[where, F0]
    mean, seconds = f0.mean(), where / FRAME_RATE
    low, middle, high = np.percentile(f0, [10, 50, 90])
    slope, curve = _trend(seconds, f0)
    inside = np.diff(where) == 1
    steps = np.diff(f0)[inside] if inside.any() else np.zeros(1)
    thirds = [part.mean() - mean if len(part) else 0.0 for part in np.array_split(f0, 3)]
    last = frames[stretches[-1, 0] : stretches[-1, 1], F0].mean()
    edges = f0[:5].mean() - mean, f0[-5:].mean() - mean
    return (
        *(mean, f0.std(), low, middle, high, high - low, np.ptp(f0), slope, curve),
        *(np.abs(steps).mean(), np.maximum(steps, 0).mean(), last, *edges, *thirds),
        where[f0.argmax()] / len(frames),
    )


def _spectrum(frames: np.ndarray, settings: FeatureSettings) -> tuple[float, ...]:
    """SPECTRUM_NAMES: nats, and mel bands scaled to 64; over voiced frames, all where none are voiced."""
    log_mel = frames[:, 2 * settings.mfcc : 2 * settings.mfcc + settings.mels]
    power, centre = np.exp(log_mel), _band_centres(settings.mels)
    voiced = frames[:, VOICED] > 0
    voiced = voiced if voiced.any() else np.ones_like(voiced)
    bright = (centre >= 1000) & (centre < 5000)
    alpha = np.log(power[:, bright].sum(axis=1)) - np.log(power[:, centre < 1000].sum(axis=1))
    upper = (centre >= 2000) & (centre < 5000)
    hammarberg = (log_mel[:, centre < 2000].max(axis=1) - log_mel[:, upper].max(axis=1))[voiced]
    centroid = power @ np.arange(settings.mels) / power.sum(axis=1) * (64 / settings.mels)
    flux = np.sqrt(np.square(np.diff(log_mel, axis=0)).mean(axis=1)) if len(frames) > 1 else np.zeros(1)
    return (
        *(alpha[voiced].mean(), alpha[voiced].std(), hammarberg.mean(), hammarberg.std()),
        *(centroid[voiced].mean(), centroid[voiced].std(), flux.mean(), flux.std()),
        *(alpha.mean(), centroid.mean(), np.log(np.exp(alpha[voiced]).mean())),
    )


def _timing(frames: np.ndarray, stretches: np.ndarray, duration: float) -> tuple[float, ...]:
    """TIMING_NAMES: seconds, events a second, shares, nats."""
    count, energy = len(frames), frames[:, ENERGY]
    heard = count / FRAME_RATE
    lengths = stretches[:, 1] - stretches[:, 0]
    low, middle, high, top = np.percentile(energy, [10, 50, 90, 95])
    loud = energy > top - LOUD
    gaps = runs(~loud)
    gaps = gaps[(gaps[:, 0] > 0) & (gaps[:, 1] < count)]  # silence around an utterance is no pause in it
    pauses = (gaps[:, 1] - gaps[:, 0]) / FRAME_RATE
    smooth = np.convolve(energy, np.ones(7) / 7, "same")[:count] if count >= 7 else energy
    crests = (smooth[1:-1] > smooth[:-2]) & (smooth[1:-1] >= smooth[2:]) & (smooth[1:-1] > top - LOUD)
    third = max(1, count // 3)
    length = lengths.mean() / FRAME_RATE if len(lengths) else 0.0
    slope = _trend(np.arange(count) / FRAME_RATE, energy)[0]
    return (
        *(np.log(max(duration, 0.01)), lengths.sum() / count, length, len(lengths) / heard, loud.mean()),
        *(energy.max() - middle, high - low, slope, energy[:third].mean() - energy[-third:].mean()),
        *((pauses >= PAUSE).sum() / heard, pauses.max() if len(pauses) else 0.0, crests.sum() / heard),
    )


def _trend(seconds: np.ndarray, values: np.ndarray) -> tuple[float, float]:
    """Least-squares slope (a second) and curvature (a second squared); 0 under six values."""
    if len(values) < 6:
        return 0.0, 0.0
    line = seconds - seconds.mean()
    squares = (line**2).sum()
    bow = line**2 - squares / len(line)
    bow = bow - line * ((bow * line).sum() / squares)  # orthogonal to the line
    return float((line * values).sum() / squares), float((bow * values).sum() / (bow**2).sum())


def _band_centres(mels: int) -> np.ndarray:
    """Centres of the mel bands in Hz, as torchaudio's HTK scale places them between 20 Hz and 8 kHz."""
    low, high = 2595 * np.log10(1 + np.array([20.0, 8000.0]) / 700)
    return 700 * (10 ** (np.linspace(low, high, mels + 2)[1:-1] / 2595) - 1)
