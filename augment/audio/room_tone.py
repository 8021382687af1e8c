"""The sound of a room in which nobody speaks."""

from __future__ import annotations

import numpy as np
from numpy.random import PCG64, Generator

FRAME = 0.032  # s
QUIETEST = 0.1  # of a clip's frames, which are taken for the room alone
LOUDEST = 1e-4  # of the loudest frame's power, -40 dB: a clip without a pause has no room alone


def room_tone(samples: np.ndarray, rate: int, count: int, seed: int) -> np.ndarray:
    """Noise with the level and spectrum of a clip's softest tenth, at most 40 dB below its loudest moment.

    Digital silence beside speech gives a copy away; this does not.

    Parameters
    ----------
    samples : float32 (samples,), the clip; one below 32 ms gives silence.
    rate : Hz.
    count : samples wanted.
    seed : of the noise.

    Returns
    -------
    float32 (count,)
    """
    from scipy.fft import irfft, rfft

    size = 2 * max(1, round(FRAME * rate / 2))
    half = size // 2
    if len(samples) < size or count == 0:
        return np.zeros(count, dtype=np.float32)
    pieces = np.lib.stride_tricks.sliding_window_view(samples, size)[::half]
    power = np.square(pieces, dtype=np.float64).mean(axis=1)
    quietest = np.argsort(power, kind="stable")[: max(1, round(QUIETEST * len(power)))]
    window = np.sin(np.pi * (np.arange(size) + 0.5) / size)  # twice it adds up to one
    spectrum = np.sqrt(np.square(np.abs(rfft(pieces[quietest] * window, axis=1))).mean(axis=0))
    level = power[quietest].mean()
    spectrum *= np.sqrt(2 * min(1.0, LOUDEST * power.max() / level)) if level > 0 else 0.0
    # White noise coloured frame by frame.
    frames = -(-count // half) + 1
    white = Generator(PCG64(seed)).standard_normal((frames, size)) / np.sqrt(size)
    shaped = irfft(rfft(white, axis=1) * spectrum, n=size, axis=1) * window
    out = np.zeros((frames + 1, half))
    out[:-1] += shaped[:, :half]
    out[1:] += shaped[:, half:]
    return out.reshape(-1)[half : half + count].astype(np.float32)
