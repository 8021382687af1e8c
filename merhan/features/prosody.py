"""Pitch: fundamental frequency and voicing of every frame.

The normalised cross-correlation function of RAPT (Talkin 1995, in Speech Coding and Synthesis), for all
frames at once, in two passes: the first finds the range of this voice, the second looks only there, as
Hirst 2007 ("A Praat plugin for MOMEL and INTSINT") does, which removes most octave errors.
"""

from __future__ import annotations

import numpy as np

PITCH_RATE = 8_000  # Hz; enough for 600 Hz within a few cents after interpolation
HOP = PITCH_RATE // 100
WINDOW = 240  # samples (30 ms) that are compared with themselves, one lag later
# Harmonics above 2 kHz repeat within two or three samples, which no lag of whole samples meets.
SOFTENED = np.array([0.25, 0.5, 0.25], np.float32)
SHORTER_IS_BETTER = 0.15  # what the longest lag loses: what repeats after one period repeats after two
VOICED = 0.55  # least correlation of a voiced frame
ISLAND = 4  # voiced stretches of fewer frames (of 10 ms) are chance
LEAP = 3.0  # semitones from one frame to the next: no throat does that, so one of the two is wrong
REFERENCE = 55.0  # Hz, semitone 0: A1


def pitch(
    samples: np.ndarray, frames: int, f0_min: float = 60.0, f0_max: float = 600.0
) -> tuple[np.ndarray, np.ndarray]:
    """F0 and voicing, 100 frames a second, the first centred at 12.5 ms.

    Parameters
    ----------
    samples : float32 (samples,) at 8 kHz.
    frames : how many frames to give.
    f0_min, f0_max : Hz.

    Returns
    -------
    f0 : float32 (frames,), Hz, 0 where unvoiced.
    voiced : bool (frames,).
    """
    first, last = int(PITCH_RATE / f0_max) - 1, int(np.ceil(PITCH_RATE / f0_min)) + 1
    correlation, level = _correlate(np.convolve(samples, SOFTENED, "same"), frames, last + 2)
    loud = level > max(3e-5, 0.01 * float(level.max()))  # 40 dB under the loudest frame is background
    lag, strength = _best_lag(correlation, first, last)
    voiced = loud & (strength > VOICED)
    if voiced.sum() >= ISLAND:
        short, long = np.percentile(lag[voiced], [25, 75])
        # A voice stays near its middle half; an octave away from it is more often a slip than a leap.
        lag, strength = _best_lag(
            correlation, max(first, int(short * 0.45)), min(last, int(np.ceil(long * 1.7)))
        )
        voiced = loud & (strength > VOICED)
    return _smooth(PITCH_RATE / np.maximum(lag, 1.0), voiced)


def semitones(f0: np.ndarray) -> np.ndarray:
    """Semitones above 55 Hz, float32; 0 where `f0` (Hz) is 0."""
    return np.where(f0 > 0, 12 * np.log2(np.maximum(f0, 1.0) / REFERENCE), 0.0).astype(np.float32)


def runs(flags: np.ndarray) -> np.ndarray:
    """Begin and end (exclusive) of each run of true flags, (runs, 2)."""
    return np.flatnonzero(np.diff(np.concatenate(([False], flags, [False])).astype(np.int8))).reshape(-1, 2)


def _correlate(samples: np.ndarray, frames: int, lags: int) -> tuple[np.ndarray, np.ndarray]:
    """Normalised correlation of each window with what follows, (frames, lags), and its RMS, (frames,)."""
    from scipy.fft import irfft, next_fast_len, rfft

    span = WINDOW + lags
    before = (WINDOW + lags // 2) // 2 - HOP * 5 // 4  # centres the compared stretch on the frame
    padded = np.zeros(max(before + len(samples), (frames - 1) * HOP + span), np.float32)
    padded[before : before + len(samples)] = samples
    segments = np.lib.stride_tricks.sliding_window_view(padded, span)[: frames * HOP : HOP]
    segments = segments - segments.mean(axis=1, keepdims=True)
    size = next_fast_len(span, real=True)
    cross = irfft(np.conj(rfft(segments[:, :WINDOW], size)) * rfft(segments, size), size)[:, :lags]
    power = np.zeros((frames, span + 1))
    np.cumsum(np.square(segments), axis=1, out=power[:, 1:])
    energy = power[:, WINDOW : WINDOW + lags] - power[:, :lags]
    scale = np.sqrt(energy[:, :1] * energy) + WINDOW * 1e-9  # digital silence divides by something
    return cross / scale.astype(np.float32), np.sqrt(energy[:, 0] / WINDOW)


def _best_lag(correlation: np.ndarray, first: int, last: int) -> tuple[np.ndarray, np.ndarray]:
    """The lag (samples, between samples by a parabola) of the best local maximum and its correlation."""
    left, middle, right = (correlation[:, first + d : last + 1 + d] for d in (-1, 0, 1))
    frame, at = np.nonzero((middle >= left) & (middle > right))
    a, b, c = left[frame, at], middle[frame, at], right[frame, at]
    shift = 0.5 * (a - c) / np.minimum(a - 2 * b + c, -1e-9)
    # The height between samples, too: a short period that falls between two would lose to its own multiple.
    height = b - 0.25 * (a - c) * shift
    lag, strength, score = (np.full(middle.shape, start, np.float32) for start in (last, 0.0, -1.0))
    lag[frame, at], strength[frame, at] = first + at + shift, height
    score[frame, at] = height * (1 - SHORTER_IS_BETTER * lag[frame, at] / last)
    rows, best = np.arange(len(score)), score.argmax(axis=1)
    return lag[rows, best], strength[rows, best]


def _smooth(f0: np.ndarray, voiced: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A median over 5 frames (50 ms) inside each stretch; then what is too short between leaps is unvoiced."""
    f0 = np.where(voiced, f0, 0.0)
    for start, stop in runs(voiced):
        if stop - start > 2:
            # Mirroring through the end keeps a glide's slope, which repeating the end would flatten.
            stretch = np.pad(f0[start:stop], 2, mode="reflect", reflect_type="odd")
            f0[start:stop] = np.median(np.lib.stride_tricks.sliding_window_view(stretch, 5), axis=1)
    leaps = np.abs(np.diff(np.log2(np.maximum(f0, 1.0)), prepend=0.0)) > LEAP / 12
    pieces = np.cumsum(leaps)  # silence between stretches is a leap down and one up
    lengths = np.bincount(pieces, weights=voiced)
    kept = voiced & (lengths[pieces] >= min(ISLAND, len(f0)))
    return np.where(kept, f0, 0.0).astype(np.float32), kept
