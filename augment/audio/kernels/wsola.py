"""Time stretching by waveform similarity.

Source: Verhelst & Roelands 1993, "An overlap-add technique based on waveform similarity (WSOLA)", ICASSP.
While the copy has drifted no more than tolerated from where it should be, the most similar continuation is
the source itself: it is copied, and nothing is searched or added up. What is left are the splices, a period or
two of the voice apart, where one waveform fades into the next.
"""

from __future__ import annotations

from functools import cache

import numpy as np

from augment.audio.kernels.compiled import compiled
from augment.audio.kernels.lanes import LANES, dot

# All by measurement on speech: F0 and log-spectral distance, see benchmarks/quality.py.
FADE = 0.004  # s that a splice takes
TEMPLATE = 0.020  # s around it that should look alike
REACH = 0.010  # s either way: a whole period down to 50 Hz
LEAST = 0.0025  # s, the shortest jump; below a voice's period formants look alike
DRIFT = 0.003  # s behind or ahead where splices begin, or half of the last jump …
MOST_DRIFT = 0.008  # s … and where one is made whatever it sounds like
ALIKE = 0.5  # correlation from which a splice is worth making before that
WAIT = 3  # blocks after which it is looked again, where nothing was alike
CENTRED = 0.3  # how much a jump that ends where it should is liked more, per squared REACH
LAG_RATE = 8000  # Hz: step of the first look at lags


def stretch(samples: np.ndarray, rate: float, length: int) -> np.ndarray:
    """Make `samples` `length` long; pitch and spectrum stay.

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
    fade = min(round(FADE * rate), count // 4)
    if fade < 4:  # a handful of samples has no waveform to follow
        nearest = ((np.arange(length) + 0.5) * (count / length)).astype(np.int64)
        return samples[nearest]
    width = -(-min(round(TEMPLATE * rate), count // 2) // LANES) * LANES
    reach, most_drift = (min(round(seconds * rate), count // 4) for seconds in (REACH, MOST_DRIFT))
    step = max(1, round(rate / LAG_RATE))
    # How far from the source's ends a template may reach; the drift of one block at the steepest tempo counts.
    margin = width + 2 * reach + most_drift + fade + 2 * step
    padded = np.zeros(count + 2 * margin, dtype=np.float32)
    padded[margin : margin + count] = samples
    out = np.empty(length, dtype=np.float32)
    limits = (reach, round(LEAST * rate), DRIFT * rate, most_drift, width, step, WAIT)
    _splice(padded, margin, count, _rise(fade), limits, out)
    return out


@cache
def _rise(fade: int) -> np.ndarray:
    return (0.5 - 0.5 * np.cos(np.pi * (np.arange(fade) + 0.5) / fade)).astype(np.float32)


@compiled
def _splice(padded, margin, count, rise, limits, out):
    """Fill `out` block by block: sample n comes from source sample n + shift, and splices change `shift`."""
    reach, least, patience, most_drift, width, step, wait = limits
    length, fade = len(out), len(rise)
    slope = count / length - 1
    shift = np.int64(0)  # 0 alone would be a type of its own, and compile all below it twice
    begin_at, try_at = patience, 0
    for n in range(0, length, fade):
        size = min(fade, length - n)
        # This block and the next lie in the source: while one fades in, the other still goes on.
        low, high = -n, count - min(n + 2 * fade, length)
        ideal = int(np.floor((n + size / 2) * slope + 0.5))
        ideal = min(max(ideal, low), high)
        drift = shift - ideal
        must = shift < low or shift > high or abs(drift) > most_drift
        after = shift
        if must or (n >= try_at and (begin_at < drift if slope < 0 else drift < -begin_at)):
            first, last = max(low, ideal - reach), min(high, ideal + reach)
            if shift > ideal:
                last = max(first, min(last, shift - least))
            else:
                first = min(last, max(first, shift + least))
            # Around the splice, or as near as the source goes on both sides.
            here = min(n - (width - fade) // 2, count - width - max(shift, last))
            here = margin + max(here, -min(shift, first))
            after, likeness = _most_similar(padded, here, shift, ideal, first, last, reach, width, step)
            if not must and likeness < ALIKE:
                after, try_at = shift, n + wait * fade
        source = margin + n
        if after == shift:
            for i in range(size):
                out[n + i] = padded[source + shift + i]
            continue
        for i in range(size):
            up = rise[i]
            down = 1 - up
            # Waveforms that are alike add up, others lose power: what is lost is given back.
            power = up * up + down * down + 2 * up * down * likeness
            out[n + i] = (down * padded[source + shift + i] + up * padded[source + after + i]) / np.sqrt(
                power
            )
        # Half a period ahead after half a period behind: on average where it should be.
        begin_at = patience if must else min(patience, max(least, abs(after - shift)) / 2)
        shift = after


@compiled
def _most_similar(padded, here, shift, ideal, first, last, reach, width, step):
    """The shift from `first` to `last` at which sound from `here` on looks most like at `shift`; how much it does."""
    template = here + shift
    own = np.float64(dot(padded, template, padded, template, width))
    best, at = -np.inf, min(max(ideal, first), last)
    power = np.float64(dot(padded, here + first, padded, here + first, width))
    for lag in range(first, last + 1, step):
        start = here + lag
        score = dot(padded, template, padded, start, width)
        if score > 0 and power > 0:
            away = (lag - ideal) / reach
            liked = score * score / (power * own) - CENTRED * away * away
            if liked > best:
                best, at = liked, lag
        for i in range(start, start + step):
            power += padded[i + width] * padded[i + width] - padded[i] * padded[i]

    likeness = np.float32(0.0)
    for lag in range(max(first, at - step), min(last, at + step) + 1):
        score = dot(padded, template, padded, here + lag, width)
        power = np.float64(dot(padded, here + lag, padded, here + lag, width))
        if score > 0 and power > 0:
            alike = np.float32(score / np.sqrt(power * own))
            if alike > likeness:
                likeness, at = alike, lag
    return at, min(likeness, np.float32(1.0))
