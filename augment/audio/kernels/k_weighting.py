"""Energy as the ear weighs it: the filters of ITU-R BS.1770-4, at any rate."""

from __future__ import annotations

import math
from functools import cache

import numpy as np

from augment.audio.kernels.compiled import compiled


@cache
def k_weighting(rate: int) -> np.ndarray:
    """(2, 5): b0 b1 b2 a1 a2 of the head's high shelf and of the high pass, at `rate` Hz.

    The standard prints them for 48 kHz alone; these are its analogue originals through the bilinear transform,
    which at 48 kHz give the printed numbers.

    References
    ----------
    De Man 2014, "Evaluation of implementations of the EBU R128 loudness measurement", AES 145.
    """
    k = math.tan(math.pi * 1681.974450955533 / rate)
    gain = 10 ** (3.999843853973347 / 20)
    middle = gain**0.4996667741545416
    damped = k / 0.7071752369554196
    whole = 1 + damped + k * k
    shelf = [
        (gain + middle * damped + k * k) / whole,
        2 * (k * k - gain) / whole,
        (gain - middle * damped + k * k) / whole,
        2 * (k * k - 1) / whole,
        (1 - damped + k * k) / whole,
    ]
    k = math.tan(math.pi * 38.13547087602444 / rate)
    damped = k / 0.5003270373238773
    whole = 1 + damped + k * k
    high_pass = [1.0, -2.0, 1.0, 2 * (k * k - 1) / whole, (1 - damped + k * k) / whole]
    return np.array([shelf, high_pass])


@compiled
def weighted_energy(samples, sections, ends):
    """Sums of squares (len(ends),) float64 of the weighted samples up to each of `ends`, from the one before.

    samples : float32 (samples,).  sections : (2, 5).  ends : int64, rising, none beyond the samples.
    """
    b0, b1, b2, a1, a2 = sections[0]
    _, _, _, c1, c2 = sections[1]
    energy = np.zeros(len(ends))
    one = two = three = four = 0.0
    at = 0
    for piece in range(len(ends)):
        total = 0.0
        while at < ends[piece]:
            x = np.float64(samples[at])
            y = b0 * x + one
            one = b1 * x - a1 * y + two
            two = b2 * x - a2 * y
            z = y + three
            three = -2.0 * y - c1 * z + four
            four = y - c2 * z
            total += z * z
            at += 1
        energy[piece] = total
    return energy
