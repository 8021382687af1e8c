"""The pitch of a voice, frame by frame.

Source: Boersma 1993, "Accurate short-term analysis of the fundamental frequency and the harmonics-to-noise
ratio of a sampled sound", Proc. Institute of Phonetic Sciences 17 (what Praat does, its costs as there).
"""

from __future__ import annotations

import numpy as np

from augment.audio.kernels.compiled import compiled
from augment.audio.kernels.resample import resample_to

HOP = 0.010  # s
FRAME = 0.040  # s: three periods of the lowest pitch
LOWEST, HIGHEST = 75.0, 500.0  # Hz
RATE = 8000  # Hz at which it is looked for
CANDIDATES = 6  # a frame; the first is "no voice"
VOICED_FROM = 0.45  # of a frame's likeness to itself a period later
QUIET = 0.03  # of the clip's peak: softer frames are taken for silent
OCTAVE_COST, JUMP_COST, ONSET_COST = 0.01, 0.35, 0.14  # in likeness; JUMP_COST an octave


def track_pitch(samples: np.ndarray, rate: int) -> np.ndarray:
    """F0 in Hz of (samples,) float32, one every 10 ms from the first sample on; 0 where nothing is voiced.

    Each frame's autocorrelation, over that of its window, has peaks at the periods that it may have; the way
    through them that costs least is taken.

    Returns
    -------
    float64 (len(samples) // hop + 1,) with a hop of round(rate / 100)
    """
    from scipy.fft import irfft, rfft

    frames = len(samples) // max(1, round(HOP * rate)) + 1
    slow = resample_to(samples, round(len(samples) * RATE / rate))
    peak = float(np.abs(slow).max(initial=0.0))
    if peak == 0:
        return np.zeros(frames)
    size, shortest, longest = round(FRAME * RATE), round(RATE / HIGHEST), round(RATE / LOWEST)
    starts = np.round(np.arange(frames) * (max(1, round(HOP * rate)) * RATE / rate)).astype(int)
    padded = np.zeros(starts[-1] + 2 * size, dtype=np.float32)
    padded[size // 2 : size // 2 + len(slow)] = slow
    pieces = padded[starts[:, None] + np.arange(size)]
    loudness = np.abs(pieces).max(axis=1) / peak
    pieces = pieces - pieces.mean(axis=1, keepdims=True)
    window = np.hanning(size + 2)[1:-1].astype(np.float32)

    def correlate(rows: np.ndarray) -> np.ndarray:
        spectra = rfft(rows, n=512, axis=1)  # at least size + longest: nothing wraps round
        return irfft(np.square(spectra.real) + np.square(spectra.imag), axis=1)[:, : longest + 2]

    own = correlate(window[None])[0]
    likeness = correlate(pieces * window)
    likeness /= np.maximum(likeness[:, :1], np.float32(1e-12)) * (own / own[0])
    lags = np.zeros((frames, CANDIDATES))
    strengths = np.full((frames, CANDIDATES), -1.0)
    _candidates(likeness, loudness, shortest, longest, lags, strengths)
    path = np.zeros(frames, dtype=np.int64)
    _cheapest_path(lags, strengths, path)
    chosen = lags[np.arange(frames), path]
    return np.where(path > 0, RATE / np.maximum(chosen, 1), 0.0)


@compiled
def _candidates(likeness, loudness, shortest, longest, lags, strengths):
    """Periods (in samples, between them) and strengths of each frame's peaks, the strongest kept."""
    for n in range(len(likeness)):
        row = likeness[n]
        strengths[n, 0] = VOICED_FROM + max(0.0, 2.0 - loudness[n] / (QUIET / (1.0 + VOICED_FROM)))
        for lag in range(shortest, longest + 1):
            before, here, after = row[lag - 1], row[lag], row[lag + 1]
            if here < 0.5 * VOICED_FROM or here <= before or here < after:
                continue
            bend = 2 * here - before - after
            offset = 0.5 * (after - before) / bend
            strength = here + 0.25 * (after - before) * offset
            strength = min(strength, 1.0) - OCTAVE_COST * np.log2((lag + offset) / shortest)
            weakest = 1
            for c in range(2, CANDIDATES):
                if strengths[n, c] < strengths[n, weakest]:
                    weakest = c
            if strength > strengths[n, weakest]:
                strengths[n, weakest] = strength
                lags[n, weakest] = lag + offset


@compiled
def _cheapest_path(lags, strengths, path):
    """Viterbi: strengths less what it costs to jump in pitch, to start and to stop."""
    frames, count = lags.shape
    score = strengths[0].copy()
    came_from = np.zeros((frames, count), dtype=np.int64)
    for n in range(1, frames):
        now = np.zeros(count)
        for c in range(count):
            best = -1e9
            for b in range(count):
                if (c == 0) != (b == 0):
                    cost = ONSET_COST
                elif c > 0 and lags[n, c] > 0 and lags[n - 1, b] > 0:
                    cost = JUMP_COST * abs(np.log2(lags[n, c] / lags[n - 1, b]))
                else:
                    cost = 0.0
                if score[b] - cost > best:
                    best = score[b] - cost
                    came_from[n, c] = b
            now[c] = best + strengths[n, c]
        score = now
    at = int(np.argmax(score))
    for n in range(frames - 1, -1, -1):
        path[n] = at
        at = came_from[n, at]
