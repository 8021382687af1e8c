"""What a room answers to a click."""

from __future__ import annotations

import math

import numpy as np
from numpy.random import PCG64, Generator

SPEED_OF_SOUND = 343.0  # m/s
TALKER = 2.0  # directivity factor of a mouth: it speaks towards the microphone
SHAPE = (1.6, 1.25, 1.0)  # length and width by height; no two walls ring together (Sepmeyer 1965)
# Upper ends of bands in Hz, and reverberation time there over that at 500 Hz and 1 kHz: air, cloth and people
# take high tones first. A furnished room; measured ones lie on either side.
BANDS = ((1414.0, 1.0), (2828.0, 0.9), (5657.0, 0.75), (math.inf, 0.55))
SIXTY_DB = 3 * math.log(10)  # nepers of amplitude
ORDERS = 3  # walls that an early reflection meets at most


def room_response(rate: int, rt60: float, drr_db: float, volume: float, seed: int) -> np.ndarray:
    """Response (samples,) float32 from the direct sound, a 1 at sample 0, until it has fallen by 60 dB.

    First single reflections where the walls of a shoebox throw them (image sources), then noise that dies away
    evenly in dB and the faster the higher it is, fading in until reflections can no longer be told apart.

    Parameters
    ----------
    rate : Hz.
    rt60 : s, reverberation time at 500 Hz and 1 kHz.
    drr_db : dB, energy of the direct sound over that of all the rest.
    volume : m³.
    seed : of the places of mouth and microphone, and of the noise.

    References
    ----------
    Allen & Berkley 1979, J. Acoust. Soc. Am. 65 (images); Polack 1988, thesis, Le Mans (noise);
    Lindau, Kosanke & Weinzierl 2012, J. Audio Eng. Soc. 60 (when the one becomes the other).
    """
    count = math.ceil(rt60 * rate) + 1
    time = np.arange(count) / rate
    sides = np.array(SHAPE) * (volume / math.prod(SHAPE)) ** (1 / 3)
    surface = 2 * (sides[0] * sides[1] + sides[0] * sides[2] + sides[1] * sides[2])
    mixed = min((20 * volume / surface + 12) / 1000, rt60 / 4)  # s

    tail = _tail(count, rate, rt60, seed) * np.minimum(1, time / mixed)
    early = _early(count, rate, rt60, sides, surface, distance_of(drr_db, rt60, volume), mixed, seed)
    decay = np.exp(-2 * SIXTY_DB / rt60 * time)
    fading = float(np.sum(decay * np.minimum(1, time / mixed) ** 2) / np.sum(decay))
    energy = 10 ** (-drr_db / 10)
    if early.any():
        early *= math.sqrt(energy * (1 - fading) / np.sum(early**2))
    response = early + tail * math.sqrt(energy * fading / np.sum(tail**2))
    response *= math.sqrt(energy / np.sum(response**2))
    response[0] = 1
    return response.astype(np.float32)


def drr_of(distance: float, rt60: float, volume: float) -> float:
    """Direct-to-reverberant ratio in dB at `distance` m from a mouth: 0 at the critical distance.

    Source: Kuttruff, Room Acoustics, section 5: critical distance 0.057 sqrt(directivity volume / rt60) m.
    """
    return 20 * math.log10(0.057 * math.sqrt(TALKER * volume / rt60) / distance)


def distance_of(drr_db: float, rt60: float, volume: float) -> float:
    """The distance in m at which a room has this ratio."""
    return 0.057 * math.sqrt(TALKER * volume / rt60) * 10 ** (-drr_db / 20)


def _tail(count: int, rate: int, rt60: float, seed: int) -> np.ndarray:
    """Noise (count,) that falls by 60 dB in `rt60` s, sooner in the higher bands; level where it begins."""
    from scipy.fft import irfft, next_fast_len

    from augment.audio.kernels.gaussian import gaussian

    size = next_fast_len(max(count, 16), real=True)
    spectrum = gaussian(2 * (size // 2 + 1), seed).view(np.complex64)
    spectrum[0] = 0
    octave = np.log2(np.maximum(np.arange(len(spectrum), dtype=np.float32) * np.float32(rate / size), 1))
    time = np.arange(count, dtype=np.float32) / np.float32(rate)
    tail = np.zeros(count, dtype=np.float32)
    below = np.zeros_like(octave)  # share of each frequency that lower bands have taken
    for end, times in BANDS:
        if end > rate / 2:
            end = math.inf
        # Bands cross within half an octave, so that none rings at its edge.
        crossed = np.clip(2 * (np.float32(math.log2(end)) - octave) + np.float32(0.5), 0, 1)
        upto = np.square(np.sin(np.float32(np.pi / 2) * crossed))
        band = irfft(spectrum * (upto - below), n=size)[:count]
        tail += band * np.exp(np.float32(-SIXTY_DB / (rt60 * times)) * time)
        below = upto
        if end == math.inf:
            break
    return tail.astype(np.float64)


def _early(
    count: int,
    rate: int,
    rt60: float,
    sides: np.ndarray,
    surface: float,
    distance: float,
    until: float,
    seed: int,
) -> np.ndarray:
    """Single reflections (count,) in the first `until` s after the direct sound, relative to it."""
    rng = Generator(PCG64(seed))
    azimuth, slope = rng.uniform(0, 2 * np.pi), rng.uniform(-0.3, 0.3)
    apart = np.array([np.cos(azimuth), np.sin(azimuth), slope]) / math.hypot(1, slope)
    apart *= min(distance, float(np.min(0.9 * sides / np.maximum(np.abs(apart), 1e-9))))
    margin = 0.05 * sides + np.abs(apart) / 2
    middle = rng.uniform(np.minimum(margin, sides / 2), np.maximum(sides - margin, sides / 2))
    mouth, microphone = middle + apart / 2, middle - apart / 2

    turns = np.arange(-ORDERS, ORDERS + 1)
    images = np.where(
        turns[:, None] % 2 == 0, turns[:, None] * sides + mouth, (turns[:, None] + 1) * sides - mouth
    )
    squares = (images - microphone) ** 2  # (turns, axes)
    far = np.sqrt(squares[:, None, None, 0] + squares[None, :, None, 1] + squares[None, None, :, 2])
    met = np.abs(turns)[:, None, None] + np.abs(turns)[None, :, None] + np.abs(turns)[None, None, :]
    direct = float(far[ORDERS, ORDERS, ORDERS])
    late = (far - direct) / SPEED_OF_SOUND
    kept = (met > 0) & (met <= ORDERS) & (late < until)
    at = np.maximum(np.rint(late[kept] * rate).astype(np.int64), 1)
    reflected = math.sqrt(math.exp(-0.161 * sides.prod() / (surface * rt60)))  # Eyring
    strength = reflected ** met[kept] * direct / far[kept]
    response = np.zeros(max(count, 2))
    inside = at < count
    np.add.at(response, at[inside], strength[inside])
    return response[:count]
