"""Time stretching by waveform similarity.

Source: Verhelst & Roelands 1993, "An overlap-add technique based on waveform similarity (WSOLA)", ICASSP.
"""

from __future__ import annotations

import numpy as np

from augment.audio.kernels.compiled import compiled

HOP = 0.010  # s; half of the window. Among 8 to 20 ms the one with the steadiest F0 on speech
TOLERANCE = 0.008  # s either way: reaches a whole period down to 63 Hz
COARSE_RATE = 4000  # Hz at which the lag is looked for first; voices differ below 2 kHz


def stretch(samples: np.ndarray, rate: float, length: int) -> np.ndarray:
    """Make `samples` `length` long; pitch and spectrum stay.

    Each window is taken from where it continues the window before it best: the lag is found on the
    signal at a quarter of the rate (16 kHz), then refined by the sample.

    Parameters
    ----------
    samples : float32 (samples,), at least one.
    rate : Hz.
    length : samples wanted, at least one.

    Returns
    -------
    float32 (length,)
    """
    count = len(samples)
    if count == length:
        return samples.copy()
    hop = min(round(HOP * rate), count // 4)
    if hop < 4:  # a handful of samples has no waveform to follow
        nearest = ((np.arange(length) + 0.5) * (count / length)).astype(np.int64)
        return samples[nearest]
    tolerance = min(round(TOLERANCE * rate), count // 4)
    step = max(1, min(round(rate / COARSE_RATE), hop // 4))

    margin = 2 * hop + tolerance + 2 * step
    padded = np.zeros(-(-(count + 2 * margin) // step) * step, dtype=np.float32)
    padded[margin : margin + count] = samples
    coarse = padded.reshape(-1, step).sum(axis=1)
    energy = np.zeros(len(coarse) + 1)
    np.cumsum(np.square(coarse, dtype=np.float64), out=energy[1:])
    window = (0.5 - 0.5 * np.cos(np.pi * (np.arange(2 * hop) + 0.5) / hop)).astype(np.float32)
    windows = -(-length // hop) + 1
    out = np.zeros((windows + 1) * hop, dtype=np.float32)
    score = np.zeros(max(2 * (tolerance // step), 2 * step) + 1, dtype=np.float32)
    _overlap_add(padded, coarse, energy, window, out, score, count, length, margin, tolerance, step)
    return out[hop : hop + length]


@compiled
def _overlap_add(padded, coarse, energy, window, out, score, count, length, margin, tolerance, step):
    """Fill `out`, whose first hop lies before the first sample: window m is centred on sample m * hop."""
    width = len(window)
    hop = width // 2
    start = 0
    for m in range(len(out) // hop - 1):
        follower = start + hop  # what came after the last window in the source: the waveform to continue
        start = int(m * hop * (count / length) + 0.5) - hop + margin
        if m > 0:
            # No window reaches beyond the source, or the clip's end would have a hole.
            last = margin + count - (min(length, (m + 1) * hop) - (m - 1) * hop)
            start = min(start, max(last, margin))
            if start != follower:
                start = _most_similar(
                    padded, coarse, energy, score, follower, start, last, margin, width, tolerance, step
                )
        target = out[m * hop : m * hop + width]
        source = padded[start : start + width]
        for i in range(width):
            target[i] += window[i] * source[i]


@compiled
def _most_similar(padded, coarse, energy, score, follower, nominal, last, margin, width, tolerance, step):
    """Where, from `nominal` ± `tolerance`, the signal is most like what it is at `follower`."""
    reach = tolerance // step
    first = nominal // step - reach
    length = width // step
    offset = follower % step
    low = max(0, (margin - offset + step - 1) // step - first)
    high = min(2 * reach + 1, (last - offset) // step - first + 1)
    if high <= low:
        return nominal
    scores = score[: high - low]
    _correlate(coarse[follower // step : follower // step + length], coarse[first + low :], scores)
    best = 0.0
    at = reach
    for lag in range(low, high):
        power = energy[first + lag + length] - energy[first + lag]
        if scores[lag - low] > 0 and power > 0:
            likeness = scores[lag - low] * scores[lag - low] / power
            if likeness > best:
                best = likeness
                at = lag
    base = (first + at) * step + offset - step

    fine = score[: 2 * step + 1]
    _correlate(padded[follower : follower + width], padded[base:], fine)
    power = 0.0
    for i in range(width):
        power += padded[base + i] * padded[base + i]
    best = 0.0
    at = step
    for lag in range(len(fine)):
        if fine[lag] > 0 and power > 0:
            likeness = fine[lag] * fine[lag] / power
            if likeness > best:
                best = likeness
                at = lag
        gone, come = padded[base + lag], padded[base + lag + width]
        power += come * come - gone * gone
    return max(margin, min(base + at, last))


@compiled
def _correlate(template, signal, score):
    """score[lag] = sum over i of template[i] * signal[lag + i].

    The lag is the inner loop: each sum then runs in order and the compiler still vectorises.
    """
    for lag in range(len(score)):
        score[lag] = 0
    for i in range(len(template)):
        weight = template[i]
        shifted = signal[i : i + len(score)]
        for lag in range(len(score)):
            score[lag] += weight * shifted[lag]
