"""Which frames of a sound are voiced: the vocal folds repeat themselves, so the waveform does."""

from __future__ import annotations

import numpy as np

from augment.audio.kernels.compiled import compiled

RATE = 4000  # Hz, about; the first harmonics are enough
FRAME = 0.030  # s, and from one to the next
LOWEST, HIGHEST = 60, 400  # Hz of pitch
LIKENESS = 0.5  # of a frame with itself a period later; white noise as loud as the voice leaves 0.5
QUIET = 1e-4  # of the loudest frame's power, -40 dB: below it, hum and reverberation also repeat


def voiced_seconds(samples: np.ndarray, rate: int) -> float:
    """Seconds of (samples,) float32 at `rate` Hz that are voiced, in steps of 30 ms.

    A frame of 30 ms is voiced where its normalised cross-correlation with what comes 2.5 to 16.7 ms later
    reaches 0.5, and it is less than 40 dB below the loudest frame.

    Source: Talkin 1995, "A robust algorithm for pitch tracking (RAPT)", Speech Coding and Synthesis.
    """
    step = max(1, round(rate / RATE))
    count = len(samples) // step
    slow = samples[: count * step : step].copy()
    for k in range(1, step):  # not .sum(axis=1), whose rows of four numbers cost as much as all that follows
        slow += samples[k : count * step : step]
    slow -= slow.mean() if count else 0
    frame = hop = round(FRAME * rate / step)
    shortest, longest = max(2, int(rate / step / HIGHEST)), int(rate / step / LOWEST) + 1
    if count < frame + longest:
        return 0.0
    score = np.zeros(longest - shortest + 1, dtype=np.float32)
    return int(_voiced_frames(slow, frame, hop, shortest, score)) * hop * step / rate


@compiled
def _voiced_frames(signal, frame, hop, shortest, score):
    lags = len(score)
    frames = (len(signal) - frame - shortest - lags + 1) // hop + 1
    powers = np.zeros(max(frames, 0))
    for n in range(len(powers)):
        for i in range(n * hop, n * hop + frame):
            powers[n] += signal[i] * signal[i]
    loudest = powers.max() if len(powers) else 0.0
    voiced = 0
    for n in range(len(powers)):
        if powers[n] <= QUIET * loudest:
            continue
        start = n * hop
        for lag in range(lags):
            score[lag] = 0
        for i in range(
            start, start + frame
        ):  # the lag is the inner loop: it vectorises, and sums keep their order
            weight = signal[i]
            later = signal[i + shortest : i + shortest + lags]
            for lag in range(lags):
                score[lag] += weight * later[lag]
        power = 0.0
        for i in range(start + shortest, start + shortest + frame):
            power += signal[i] * signal[i]
        for lag in range(lags):
            if score[lag] > 0 and score[lag] * score[lag] >= LIKENESS * LIKENESS * powers[n] * power:
                voiced += 1
                break
            gone, come = signal[start + shortest + lag], signal[start + shortest + frame + lag]
            power += come * come - gone * gone
    return voiced
