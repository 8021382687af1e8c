"""Sound files: wav, flac, ogg, opus, mp3 in; 16-bit flac or wav out."""

from __future__ import annotations

import errno
import hashlib
import io
import math
import os
import threading
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from augment.audio.levels import peak
from augment.audio.sniff import why_unreadable
from augment.transform import Audio, quantise

SUFFIXES = frozenset({".wav", ".flac", ".ogg", ".opus", ".mp3"})
TOLERANCE = 0.05  # s by which a segment may overshoot, and a file fall short of its header
LOUDEST = 16.0  # beyond it, float samples were never scaled to [-1, 1]


class AudioError(ValueError):
    """A sound file can't be read or written; the message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Header:
    """What a file says of itself: `rate` in Hz, `channels`, `frames` a channel, `duration` in seconds."""

    rate: int
    channels: int
    frames: int
    duration: float


def read_header(path: str | Path) -> Header:
    """Rate, channels and length of a sound file, without decoding it; content says what it is, not the name.

    Raises
    ------
    AudioError : missing, a folder, empty, or no sound (the message says what it starts with).
    """
    with _open(Path(path)) as file:
        return _header(file)


def examine(path: str | Path) -> Header:
    """The header of a file that can be used: of its sound no more is read than it takes to know that.

    That is the end of a FLAC file, whose header promises what a cut file lacks, and all of one of floating-point
    samples, which may be no numbers.

    Raises
    ------
    AudioError : as `read_audio`.
    """
    path = Path(path)
    with _open(path) as file:
        header = _header(file)
        sound = file.subtype in ("FLOAT", "DOUBLE") or (file.format == "FLAC" and not _reaches_end(file))
    if sound:
        read_audio(path)
    return header


def read_audio(path: str | Path, start: float | None = None, end: float | None = None) -> Audio:
    """A file, or the segment from `start` to `end` (s), as mono float32 at the file's own rate.

    Channels are averaged. Sample numbers are round(seconds * rate), so that neighbouring segments share no
    sample; an `end` up to 50 ms beyond the file is taken as its end.

    Raises
    ------
    AudioError : as `read_header`; a segment that is not 0 <= start < end <= duration; a file that breaks off,
        holds NaN or infinite samples, or was never scaled to [-1, 1].
    """
    path = Path(path)
    with _open(path) as file:
        header = _header(file)
        first, last = _segment(path, header, start, end)
        try:
            file.seek(first)
            samples = file.read(last - first, dtype="float32", always_2d=True)
        except RuntimeError as error:  # soundfile's errors derive from it
            raise AudioError(f"{path} is broken: {_said(error)}. Replace the file.") from None
    if len(samples) < last - first - round(TOLERANCE * header.rate) or len(samples) == 0:
        there = (first + len(samples)) / header.rate
        raise AudioError(
            f"{path} is broken: it ends after {there:.2f} s of {header.duration:.2f} s. Replace the file."
        )
    mono = samples[:, 0] if header.channels == 1 else samples.mean(axis=1, dtype=np.float32)
    return Audio(_checked(path, np.ascontiguousarray(mono)), header.rate)


def write_audio(path: str | Path, audio: Audio, format: str = "flac") -> None:
    """Write 16-bit sound, whole or not at all: to a temporary name in the same folder, then renamed.

    Samples beyond [-1, 1] saturate. The same samples give the same bytes.

    Parameters
    ----------
    path : the file; what is there is replaced.
    format : "flac" or "wav".

    Raises
    ------
    AudioError : no samples, an unknown format, or the disk is full or not writable; nothing is left behind.
    """
    import soundfile

    path = Path(path)
    if format not in ("flac", "wav"):
        raise AudioError(f"{path}: can't write {format!r}; copies are flac or wav")
    if len(audio.samples) == 0:
        raise AudioError(f"{path}: nothing to write, the sound has no samples")
    if not math.isfinite(peak(audio.samples)):
        raise AudioError(f"{path}: not written, the sound holds NaN or infinite samples")
    # Encoded in memory: libsndfile does not report a disk that fills up while it closes a file.
    encoded = io.BytesIO()
    soundfile.write(encoded, quantise(audio.samples), audio.rate, format=format.upper(), subtype="PCM_16")
    # The file's own name is in it: workers on several machines may share folder and process number.
    name = hashlib.blake2b(path.name.encode(), digest_size=8).hexdigest()
    temporary = path.with_name(f".{name}-{os.getpid()}-{threading.get_ident()}.tmp")
    try:
        temporary.write_bytes(encoded.getbuffer())
        temporary.replace(path)
    except BaseException as error:
        temporary.unlink(missing_ok=True)
        if not isinstance(error, OSError):
            raise
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
            raise AudioError(f"disk full while writing {path}; make room and run again") from error
        raise AudioError(f"can't write {path}: {error.strerror}") from error


def _open(path: Path):  # -> soundfile.SoundFile, imported late
    import soundfile

    if not path.is_file():
        wrong = "is a folder, not a sound file" if path.is_dir() else "does not exist"
        raise AudioError(f"{path} {wrong}")
    try:
        return soundfile.SoundFile(path)
    except RuntimeError as error:
        raise AudioError(why_unreadable(path, _said(error))) from None


def _header(file) -> Header:
    if file.frames == 0:
        raise AudioError(f"{file.name} is empty (0 samples). Replace the file.")
    return Header(file.samplerate, file.channels, file.frames, file.frames / file.samplerate)


def _reaches_end(file) -> bool:
    last = min(file.frames, round(2 * TOLERANCE * file.samplerate))
    try:
        file.seek(file.frames - last)
        there = len(file.read(last, dtype="int16"))
    except RuntimeError:
        return False
    return there > 0 and there >= last - round(TOLERANCE * file.samplerate)


def _segment(path: Path, header: Header, start: float | None, end: float | None) -> tuple[int, int]:
    """First sample and the one after the last."""
    start = 0.0 if start is None else start
    end = header.duration if end is None else end
    where = f"{path}: segment {start:g} to {end:g} s"
    if not start < end:  # also catches NaN
        raise AudioError(f"{where} does not run forwards; give 0 <= start < end")
    if start < -TOLERANCE or end > header.duration + TOLERANCE:
        raise AudioError(f"{where} is not inside the file, which lasts {header.duration:g} s")
    first = max(0, round(start * header.rate))
    last = min(header.frames, round(end * header.rate))
    if first >= last:
        raise AudioError(f"{where} holds no sample of the file, which lasts {header.duration:g} s")
    return first, last


def _checked(path: Path, samples: np.ndarray) -> np.ndarray:
    loudest = peak(samples)
    if not math.isfinite(loudest):
        bad = np.count_nonzero(~np.isfinite(samples))
        raise AudioError(
            f"{path} is broken: {bad} of its {len(samples)} samples are NaN or infinite. Replace the file."
        )
    if loudest > LOUDEST:
        raise AudioError(
            f"{path}: samples reach {loudest:g}, not 1; divide by 32768 if they are 16-bit values"
        )
    return samples if loudest <= 1 else np.clip(samples, -1, 1)


def _said(error: Exception) -> str:
    """libsndfile's own words, without the file name in front."""
    return (getattr(error, "error_string", None) or str(error)).removeprefix("Error : ").rstrip(". ")
