"""Fast convolution, in blocks that fit a processor's cache."""

from __future__ import annotations

import numpy as np

TOGETHER = 1 << 15  # samples in one call: 4, 8 or 16 blocks, for four run abreast, and spectra of 128 kB


def block_size(lead: int, lag: int) -> int:
    """Samples of a block for a response that reaches `lead` samples before and `lag` after its origin.

    Blocks overlap by lead + lag: four to eight times that is the least work for a sample.
    """
    return 1 << max(11, (4 * (lead + lag + 1) - 1).bit_length())


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

    Overlap-save. A handful of blocks go through one call, for the transform works on several at once; no more
    than fit the cache, and the memory that malloc gives out without asking the system for it.
    """
    from scipy.fft import irfft, rfft

    length = len(samples) if length is None else length
    step = size - lead - lag
    blocks = -(-length // step)
    together = max(1, TOGETHER // size)
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
