"""Encode and decode in memory, without a shift in time: the work behind the transform `codec`."""

from __future__ import annotations

import io

import numpy as np

from augment.audio.levels import mean_square

RATES = {  # Hz that a codec can run at
    "mp3": (8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000),
    "opus": (8000, 12_000, 16_000, 24_000, 48_000),
    "vorbis": None,  # any
    "mulaw": None,
    "gsm": (8000,),
}
SUBTYPES = {
    "mp3": ("MP3", "MPEG_LAYER_III"),
    "opus": ("OGG", "OPUS"),
    "vorbis": ("OGG", "VORBIS"),
    "mulaw": ("AU", "ULAW"),
    "gsm": ("WAV", "GSM610"),
}
VORBIS_KBPS = (22.0, 86.0)  # what libvorbis calls its qualities 0 and 10 at 16 kHz, one channel
MP3_DELAY = 576 + 529  # samples, LAME's and the decoder's: ISO/IEC 11172-3's filter bank
MOST = 0.999  # libsndfile hands LAME no compression level of 1


def round_trip(samples: np.ndarray, rate: int, kind: str, kbps: float | None, codec_rate: int) -> np.ndarray:
    """What a codec leaves of a sound.

    Parameters
    ----------
    samples : float32 (samples,); beyond [-1, 1] they saturate.
    rate : Hz.
    kind : mp3, opus, vorbis, mulaw or gsm.
    kbps : kbit/s; None for mulaw and gsm.
    codec_rate : Hz at which the codec runs, or the next that it has.

    Returns
    -------
    float32 (samples,), in time with the source: decoders' delays are taken out
    """
    if not samples.any():  # nothing in, nothing out: some decoders dither
        return samples.copy()
    if not np.isfinite(samples).all():  # LAME ends the whole process; Gates refuse such a copy
        return samples.copy()
    count = len(samples)
    codec_rate = _rate(kind, codec_rate)
    from augment.audio.kernels.resample import resample_to

    there = resample_to(samples, max(1, round(count * codec_rate / rate)))
    there = np.clip(there, -1, 1)
    back = _coded(there, codec_rate, kind, kbps)
    # LAME makes room for overshoots, by 0.95 at most bit rates: no gain of ours.
    if kind == "mp3" and back.any():
        back *= np.float32(np.sqrt(mean_square(there) / mean_square(back)))
    return resample_to(back, count)


def _coded(samples: np.ndarray, rate: int, kind: str, kbps: float | None) -> np.ndarray:
    import soundfile

    format, subtype = SUBTYPES[kind]
    file = io.BytesIO()
    soundfile.write(
        file,
        samples,
        rate,
        format=format,
        subtype=subtype,
        compression_level=None if kbps is None else _level(kind, rate, kbps),
        bitrate_mode="CONSTANT" if kind == "mp3" else None,
    )
    file.seek(0)
    decoded, _ = soundfile.read(file, dtype="float32")
    # Frames of few bits have no room for LAME's note of its delay: then the delay, and a whole number of
    # frames, is in what comes back.
    delay = MP3_DELAY if kind == "mp3" and len(decoded) != len(samples) else 0
    return np.ascontiguousarray(decoded[delay : delay + len(samples)])


def _rate(kind: str, rate: int) -> int:
    """The lowest rate of the codec that keeps the whole band, or its highest."""
    rates = RATES[kind]
    if rates is None:
        return rate
    return min((known for known in rates if known >= rate), default=rates[-1])


def _level(kind: str, rate: int, kbps: float) -> float:
    """libsndfile's compression level, 0 (most bits) to 1, that asks for `kbps`."""
    if kind == "opus":
        least, most = 6.0, 256.0
    elif kind == "vorbis":
        least, most = VORBIS_KBPS
    else:  # MPEG 1, 2 and 2.5
        least, most = (32.0, 320.0) if rate >= 32_000 else (8.0, 160.0) if rate >= 16_000 else (8.0, 64.0)
    return float(np.clip((most - kbps) / (most - least), 0.0, MOST))
