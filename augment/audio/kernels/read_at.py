"""Reading a sound at moments between its samples: resampling at a rate that changes."""

from __future__ import annotations

import numpy as np

from augment.audio.kernels.compiled import compiled

TAPS = 32
PHASES = 256  # rows of the filter between two samples; what is between two rows is interpolated
BETA = 8.0  # of the Kaiser window: 80 dB down beyond its transition


def read_at(samples: np.ndarray, positions: np.ndarray) -> np.ndarray:
    """The band-limited waveform through `samples`, at `positions`.

    A windowed sinc of 32 taps. Where the reading goes faster than one sample a step, pitch rises; what would
    rise beyond the Nyquist frequency at the fastest of it is left out throughout.

    Source: Smith & Gossett 1984, "A flexible sampling-rate conversion method", ICASSP.

    Parameters
    ----------
    samples : float32 (samples,); silence before and after.
    positions : float64 (readings,), in samples, rising.

    Returns
    -------
    float32 (readings,)
    """
    fastest = float(np.diff(positions).max(initial=1.0))
    offsets = np.arange(TAPS) - (TAPS // 2 - 1) - np.arange(PHASES + 1)[:, None] / PHASES
    window = np.i0(BETA * np.sqrt(np.maximum(0, 1 - (2 * offsets / TAPS) ** 2))) / np.i0(BETA)
    table = (np.sinc(offsets / fastest) / fastest * window).astype(np.float32)
    padded = np.zeros(len(samples) + 2 * TAPS, dtype=np.float32)
    padded[TAPS : TAPS + len(samples)] = samples
    out = np.zeros(len(positions), dtype=np.float32)
    _read(padded, positions + TAPS, table, out)
    return out


@compiled
def _read(padded, positions, table, out):
    taps = table.shape[1]
    before = taps // 2 - 1
    for n in range(len(out)):
        whole = int(np.floor(positions[n]))
        first = whole - before
        if first < 0 or first + taps > len(padded):
            continue
        at = (positions[n] - whole) * (len(table) - 1)
        row = min(int(at), len(table) - 2)
        part = np.float32(at - row)
        lower, upper = table[row], table[row + 1]
        source = padded[first : first + taps]
        total = np.float32(0)
        rest = np.float32(0)
        for i in range(0, taps, 2):  # two sums, so that neither waits for the other
            total += source[i] * (lower[i] + part * (upper[i] - lower[i]))
            rest += source[i + 1] * (lower[i + 1] + part * (upper[i + 1] - lower[i + 1]))
        out[n] = total + rest
