"""Frame features: MFCC with deltas, log-mel, log energy, pitch and voicing; windows of 25 ms, 10 ms apart."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from merhan.features import prosody
from merhan.features.settings import RATE, FeatureError, FeatureSettings

WINDOW, HOP, FFT = 400, 160, 512  # samples at 16 kHz
FLOOR = 1e-6  # of a band's power: under the noise of 16-bit audio, so that digital silence is no outlier
ENERGY, F0, VOICED = -3, -2, -1  # the last columns, whatever the settings


def frame_features(samples: np.ndarray, rate: int, settings: FeatureSettings | None = None) -> np.ndarray:
    """Unnormalised features of one utterance, 100 frames a second.

    Parameters
    ----------
    samples : float32 (samples,) in [-1, 1], at least one; beyond `settings.max_seconds` they are not heard.
    rate : Hz; resampled to 16 kHz (soxr).

    Returns
    -------
    float32 (frames, FRAME_DIM), columns as `frame_names`: at least one frame, padded with silence where the
    audio is shorter than 25 ms. Log-mel and energy are natural logarithms of power, F0 is in semitones above
    55 Hz (0 where unvoiced), voicing is 0 or 1.

    Raises
    ------
    FeatureError : for no samples, or samples that are not finite.
    """
    settings = settings or FeatureSettings()
    samples = np.asarray(samples, np.float32)[: int(settings.max_seconds * rate)]
    if not len(samples):
        raise FeatureError("the audio has no samples: remove the row, or run with --skip-broken")
    if not np.isfinite(samples).all():
        raise FeatureError("the audio holds samples that are no numbers (NaN, infinite): re-encode the file")
    sound = _resample(samples, rate, RATE)
    frames = 1 + max(0, len(sound) - WINDOW) // HOP
    log_mel, mfcc, deltas = _spectral(sound, settings.mels, settings.mfcc)
    energy = _log_energy(sound, frames)
    f0, voiced = prosody.pitch(
        _resample(samples, rate, prosody.PITCH_RATE), frames, settings.f0_min, settings.f0_max
    )
    columns = (mfcc, deltas, log_mel, energy[:, None], prosody.semitones(f0)[:, None], voiced[:, None])
    return np.concatenate(columns, axis=1, dtype=np.float32)


def frame_names(settings: FeatureSettings | None = None) -> tuple[str, ...]:
    """What each column is: mfcc_0 …, mfcc_delta_0 …, mel_0 …, log_energy, f0, voiced."""
    settings = settings or FeatureSettings()
    cepstra = range(settings.mfcc)
    return (
        *(f"mfcc_{i}" for i in cepstra),
        *(f"mfcc_delta_{i}" for i in cepstra),
        *(f"mel_{i}" for i in range(settings.mels)),
        *("log_energy", "f0", "voiced"),
    )


def strided(frames: np.ndarray, stride: int) -> np.ndarray:
    """Average groups of `stride` frames; the last group is what is left.

    Parameters
    ----------
    frames : (frames, FRAME_DIM), the last two columns F0 and voicing.

    Returns
    -------
    float32 (ceil(frames / stride), FRAME_DIM). F0 is the mean over the voiced frames of a group, voicing
    their share.
    """
    if stride == 1:
        return frames.astype(np.float32, copy=False)
    starts = np.arange(0, len(frames), stride)
    sums = np.add.reduceat(frames.astype(np.float64), starts, axis=0)
    counts = np.diff(np.append(starts, len(frames)))
    voiced = sums[:, VOICED].copy()
    pitch = np.add.reduceat(frames[:, F0] * (frames[:, VOICED] > 0), starts).astype(np.float64)
    out = sums / counts[:, None]
    out[:, F0] = pitch / np.maximum(voiced, 1)
    return out.astype(np.float32)


def _resample(samples: np.ndarray, rate: int, wanted: int) -> np.ndarray:
    """At least one sample, float32, at `wanted` Hz."""
    import soxr

    if rate == wanted:
        return samples
    out = soxr.resample(samples, rate, wanted)
    return out if len(out) else np.zeros(1, np.float32)


def _spectral(sound: np.ndarray, mels: int, mfcc: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Log-mel, MFCC and their deltas, each (frames, …): one spectrogram for all three."""
    import torch
    from torchaudio.functional import compute_deltas

    spectrogram, dct = _transforms(mels, mfcc)
    # torch centres the window in its FFT: these margins make frame i start at sample 160 i.
    margin = (FFT - WINDOW) // 2
    padded = np.zeros(max(len(sound), WINDOW) + 2 * margin, np.float32)
    padded[margin : margin + len(sound)] = sound
    with torch.inference_mode():
        log_mel = spectrogram(torch.from_numpy(padded)).add_(FLOOR).log_()  # (mels, frames)
        cepstra = dct.T @ log_mel
        return log_mel.T.numpy(), cepstra.T.numpy(), compute_deltas(cepstra).T.numpy()


@lru_cache(maxsize=4)
def _transforms(mels: int, mfcc: int) -> tuple[Any, Any]:
    from torchaudio.functional import create_dct
    from torchaudio.transforms import MelSpectrogram

    spectrogram = MelSpectrogram(
        sample_rate=RATE, n_fft=FFT, win_length=WINDOW, hop_length=HOP, center=False, n_mels=mels, f_min=20.0
    )
    return spectrogram, create_dct(mfcc, mels, norm="ortho")


def _log_energy(sound: np.ndarray, frames: int) -> np.ndarray:
    """Natural logarithm of the mean power of each window."""
    squares = np.zeros((frames - 1) * HOP + WINDOW + 1)
    heard = min(len(sound), len(squares) - 1)
    np.cumsum(np.square(sound[:heard], dtype=np.float64), out=squares[1 : heard + 1])
    squares[heard + 1 :] = squares[heard]
    starts = np.arange(frames) * HOP
    power = np.maximum(squares[starts + WINDOW] - squares[starts], 0.0) / WINDOW
    return np.log(power + 1e-9)
