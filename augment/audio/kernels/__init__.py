"""The signal processing behind the transforms: plain functions on float32 arrays of shape (samples,).

No fastmath, no parallel loops, no BLAS: sums run in a fixed order, so bytes do not depend on workers.
"""

from __future__ import annotations


def warm_up() -> None:
    """Compile every kernel, into numba's cache on disk: call it once before workers start.

    Costs about two seconds on a machine that has never run them, and an import after that.
    """
    import numpy as np

    from augment.audio.kernels.gaussian import add_scaled, gaussian, power
    from augment.audio.kernels.k_weighting import k_weighting, weighted_energy
    from augment.audio.kernels.one_pass import stretch_and_shift
    from augment.audio.kernels.pitch_track import track_pitch
    from augment.audio.kernels.ramp import multiply_by_blocks
    from augment.audio.kernels.read_at import read_at
    from augment.audio.kernels.tract import warp_envelope
    from augment.audio.kernels.voicing import voiced_seconds

    voiced_seconds(np.zeros(4000, dtype=np.float32), 16_000)
    stretch_and_shift(np.zeros(4000, dtype=np.float32), 16_000, tempo=1.1, semitones=1.0, formants="keep")
    noise = gaussian(4000, seed=0)
    add_scaled(noise, noise.copy(), power(noise))
    weighted_energy(noise, k_weighting(16_000), np.array([4000]))
    track_pitch(noise, 16_000)
    warp_envelope(read_at(noise, np.arange(4000.0)), 16_000, 1.1)
    multiply_by_blocks(noise, noise[:8], noise[:512])
