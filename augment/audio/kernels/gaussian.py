"""Gaussian noise many times faster than NumPy's, and its addition to a sound at an exact ratio.

The same seed gives the same bytes on every machine: lanes are independent, sums run in a fixed order, and
nothing but IEEE additions, multiplications and square roots is used.
"""

from __future__ import annotations

import numpy as np

from augment.audio.kernels.compiled import compiled

LANES = 16  # generators side by side, so that the compiler fills vector registers
BATCH = 256  # 64-bit numbers, two samples each, made before they are used: all of it stays in L1 cache


def gaussian(count: int, seed: int) -> np.ndarray:
    """Independent normal deviates (count,) float32 of mean 0 and deviation 1; none beyond 5.9.

    Parameters
    ----------
    count : how many.
    seed : 0 to 2**64 - 1; neighbouring seeds share nothing.

    References
    ----------
    Box & Muller 1958, Ann. Math. Statist. 29, on xoshiro256+ (Blackman & Vigna 2021, ACM TOMS 47) started by
    splitmix64 (Steele, Lea & Flood 2014, OOPSLA).
    """
    out = np.empty(count, dtype=np.float32)
    _fill(out, np.uint64(seed), np.empty(BATCH, dtype=np.uint64), np.empty((2, BATCH), dtype=np.float32))
    return out


@compiled
def power(samples):
    """Mean square of (samples,) in float64; 0 for none."""
    sums = np.zeros(8)
    count = len(samples)
    whole = count - count % 8
    for start in range(0, whole, 8):
        for lane in range(8):
            value = np.float64(samples[start + lane])
            sums[lane] += value * value
    for at in range(whole, count):
        sums[0] += np.float64(samples[at]) * np.float64(samples[at])
    total = 0.0
    for lane in range(8):
        total += sums[lane]
    return total / max(count, 1)


@compiled
def add_scaled(samples, noise, gain):
    """samples + gain * noise into `noise`, both (samples,) float32."""
    gain = np.float32(gain)
    for at in range(len(samples)):
        noise[at] = samples[at] + gain * noise[at]


@compiled
def _fill(out, seed, bits, pairs):
    s0 = np.empty(LANES, dtype=np.uint64)
    s1 = np.empty(LANES, dtype=np.uint64)
    s2 = np.empty(LANES, dtype=np.uint64)
    s3 = np.empty(LANES, dtype=np.uint64)
    for state in (s0, s1, s2, s3):
        for lane in range(LANES):  # splitmix64
            seed += np.uint64(0x9E3779B97F4A7C15)
            mixed = (seed ^ (seed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            state[lane] = mixed ^ (mixed >> np.uint64(31))
    words = bits.view(np.uint32)
    made = pairs.ravel()
    for start in range(0, len(out), 2 * BATCH):
        for row in range(0, BATCH, LANES):
            for lane in range(LANES):  # xoshiro256+
                a, b, c, d = s0[lane], s1[lane], s2[lane], s3[lane]
                bits[row + lane] = a + d
                shifted = b << np.uint64(17)
                c ^= a
                d ^= b
                s1[lane] = b ^ c
                s0[lane] = a ^ d
                s2[lane] = c ^ shifted
                s3[lane] = (d << np.uint64(45)) | (d >> np.uint64(19))
        _box_muller(words, pairs)
        for at in range(min(2 * BATCH, len(out) - start)):
            out[start + at] = made[at]


@compiled
def _box_muller(words, pairs):
    """Two 32-bit words to two deviates: sqrt(-2 ln u) times cosine and sine of an even angle."""
    one, two = pairs[0], pairs[1]
    raw = one.view(np.int32)
    # Loops of one step each, for the compiler vectorises these and not one loop that does it all.
    for at in range(BATCH):
        one[at] = np.float32(np.int32(words[at] >> 8)) + np.float32(0.5)
    for at in range(BATCH):
        value = raw[at]
        two[at] = np.float32((value >> 23) - 151)  # the exponent of u = one / 2**24
        raw[at] = (value & 0x7FFFFF) | 0x3F800000  # the mantissa, as a number from 1 to 2
    for at in range(BATCH):
        mantissa, exponent = one[at], two[at]
        if mantissa > np.float32(1.41421356):
            mantissa *= np.float32(0.5)
            exponent += np.float32(1)
        # ln, sin and cos to float32's last bit or two: the polynomials of Moshier's Cephes library
        x = mantissa - np.float32(1)
        y = np.float32(7.0376836292e-2)
        y = y * x - np.float32(1.1514610310e-1)
        y = y * x + np.float32(1.1676998740e-1)
        y = y * x - np.float32(1.2420140846e-1)
        y = y * x + np.float32(1.4249322787e-1)
        y = y * x - np.float32(1.6668057665e-1)
        y = y * x + np.float32(2.0000714765e-1)
        y = y * x - np.float32(2.4999993993e-1)
        y = y * x + np.float32(3.3333331174e-1)
        log = y * x * x * x - np.float32(0.5) * x * x + x + exponent * np.float32(0.6931471805599453)
        radius = np.sqrt(max(np.float32(-2) * log, np.float32(0)))

        word = words[BATCH + at]
        angle = np.float32(np.int32(word)) * np.float32(np.pi / 4 / 2**31)  # an eighth of a turn either way;
        square = angle * angle  # two bits choose the quarter
        sine = np.float32(-1.9515295891e-4)
        sine = sine * square + np.float32(8.3321608736e-3)
        sine = sine * square - np.float32(1.6666654611e-1)
        sine = sine * square * angle + angle
        cosine = np.float32(2.443315711809948e-5)
        cosine = cosine * square - np.float32(1.388731625493765e-3)
        cosine = cosine * square + np.float32(4.166664568298827e-2)
        cosine = cosine * square * square - np.float32(0.5) * square + np.float32(1)
        if word & np.uint32(1):
            radius = -radius
        swap = (word & np.uint32(2)) != 0
        one[at] = radius * (sine if swap else cosine)
        two[at] = radius * (cosine if swap else sine)
