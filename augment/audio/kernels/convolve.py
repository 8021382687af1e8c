"""Fast convolution, in blocks that fit a processor's cache."""

from __future__ import annotations

import numpy as np

TOGETHER = 1 << 15  # samples in one call, spectra of 128 kB; more make every call ask the system for memory
ABREAST = 4  # blocks that the transform works on at once, at little more than the cost of one


def block_size(lead: int, lag: int) -> int:
    """Samples of a block for a response that reaches `lead` samples before and `lag` after its origin.

    Blocks overlap by lead + lag; to spend little of them on that, they are long, as far as the cache allows.
    """
    overlap = lead + lag
    for size in (4096, 8192):
        if overlap <= 0.4 * size:
            return size
    return 1 << (2 * overlap).bit_length()


def convolve(
    samples: np.ndarray, spectrum: np.ndarray, size: int, lead: int, lag: int, length: int | None = None
) -> np.ndarray:
    """`samples` through a response, aligned: sample n of the result stands where sample n of the source stood.

    Parameters
    ----------
    samples : float32 (samples,); silence is taken to surround them.
    spectrum : complex64 or float32 (size // 2 + 1,): scipy.fft.rfft of the response, its `lead` samples before
        the origin at the end of the block, as `response[-lead:]`.
    size : samples of a block, more than lead + lag.
    length : samples wanted, by default as many as came.

    Returns
    -------
    float32 (length,)

    Overlap-save, a handful of blocks in one call.
    """
    from scipy.fft import irfft, rfft

    length = len(samples) if length is None else length
    step = size - lead - lag
    blocks = -(-length // step)
    together = max(ABREAST, TOGETHER // size)
    out = np.empty((blocks, step), dtype=np.float32)
    for first in range(0, blocks, together):
        count = min(together, blocks - first)
        spectra = rfft(_overlapping(samples, first * step - lag, count, step, size))
        spectra *= spectrum
        out[first : first + count] = irfft(spectra, n=size, overwrite_x=True)[:, lag : lag + step]
    return out.reshape(-1)[:length]


def _overlapping(samples: np.ndarray, start: int, count: int, step: int, size: int) -> np.ndarray:
    """(count, size) blocks that begin `step` samples apart, the first at `start`; zeros around `samples`."""
    stop = start + (count - 1) * step + size
    if start >= 0 and stop <= len(samples):
        piece = samples[start:stop]
    else:
        piece = np.zeros(stop - start, dtype=np.float32)
        inside = samples[max(start, 0) : max(stop, 0)]
        piece[max(-start, 0) : max(-start, 0) + len(inside)] = inside
    return np.ndarray((count, size), np.float32, piece, strides=(4 * step, 4))
