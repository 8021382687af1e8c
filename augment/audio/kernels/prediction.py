"""The envelope of speech spectra, by linear prediction.

Source: Makhoul 1975, "Linear prediction: a tutorial review", Proc. IEEE 63(4).
"""

from __future__ import annotations

import numpy as np

from augment.audio.kernels.compiled import compiled

PRE_EMPHASIS = 0.95  # so that prediction sees the upper formants, too
SMOOTHING = 50.0  # Hz by which the envelope is blurred: keeps it off the single harmonics of high voices
NOISE_FLOOR = 1e-5  # of a frame's power: no pole so sharp that it rings


def log_envelopes(power: np.ndarray, rate: float, bins: int) -> np.ndarray:
    """ln of the all-pole envelopes of power spectra, up to a constant a frame.

    Parameters
    ----------
    power : float32 (frames, size / 2 + 1), 0 Hz to half of `rate`.
    rate : Hz.
    bins : how finely the envelope is wanted, a power of two + 1: as many frequencies, 0 Hz to rate / 2.

    Returns
    -------
    float32 (frames, bins), ln of the magnitude; of a silent frame 0
    """
    from scipy.fft import irfft, rfft

    blur = lag_window(rate)
    order = len(blur) - 1
    omega = np.pi * np.arange(power.shape[1]) / (power.shape[1] - 1)
    correlation = irfft(power * tilt(omega).astype(np.float32), axis=1)[:, : order + 1] * blur
    prediction = np.zeros((len(power), order + 2))
    _predictors(correlation, PRE_EMPHASIS, prediction)
    response = rfft(prediction.astype(np.float32), n=2 * (bins - 1), axis=1)
    size = np.square(response.real) + np.square(response.imag)
    return np.float32(-0.5) * np.log(np.maximum(size, np.float32(1e-12)))


def lag_window(rate: float) -> np.ndarray:
    """What an autocorrelation is multiplied by, (order + 1,): blurs the envelope; two poles a kHz, two for glottis and lips."""
    order = round(rate / 1000) + 2
    blur = np.exp(-0.5 * (2 * np.pi * SMOOTHING / rate * np.arange(order + 1)) ** 2)
    blur[0] += NOISE_FLOOR
    return blur


def tilt(omega: np.ndarray) -> np.ndarray:
    """The power of the pre-emphasis at frequencies `omega`, radians a sample."""
    return 1 + PRE_EMPHASIS**2 - 2 * PRE_EMPHASIS * np.cos(omega)


@compiled
def _predictors(correlations, pre_emphasis, prediction):
    """Row by row, `predictor` of (frames, order + 1)."""
    order = correlations.shape[1] - 1
    before = np.zeros(order + 2)
    for frame in range(len(correlations)):
        predictor(order, correlations[frame], pre_emphasis, prediction[frame], before)


@compiled
def predictor(order, correlation, pre_emphasis, current, before):
    """Fill `current` (order + 2,) by Durbin's recursion, times the pre-emphasis; silence is left white (1, 0, 0, …).

    `before` (order + 2,) is scratch.
    """
    for i in range(order + 2):
        current[i] = 0.0
    current[0] = 1.0
    error = correlation[0]
    if error < 1e-10:
        return
    for m in range(1, order + 1):
        total = 0.0
        for i in range(m):
            total += current[i] * correlation[m - i]
        reflection = -total / error
        for i in range(m + 1):
            before[i] = current[i]
        for i in range(1, m + 1):
            current[i] = before[i] + reflection * before[m - i]
        error *= 1 - reflection * reflection
    for i in range(order + 1, 0, -1):
        current[i] -= pre_emphasis * current[i - 1]
