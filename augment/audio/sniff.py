"""Why a file is no sound that can be read: judged by its first bytes, never by its name."""

from __future__ import annotations

import shlex
from pathlib import Path

HEAD = 64  # bytes


def why_unreadable(path: Path, said: str) -> str:
    """One sentence: what is in the file instead, and what to do; `said` is the decoder's complaint."""
    try:
        with path.open("rb") as file:
            head = file.read(HEAD)
    except OSError as error:
        return f"{path} can't be opened: {error.strerror}. Check who may read it."
    if not head:
        return f"{path} is empty (0 bytes). Replace the file."
    if head.startswith(b"version https://git-lfs"):
        return f"{path} is a git-lfs pointer, not the sound itself. Fetch it: git lfs pull"
    what = _container(head)
    if what:
        convert = shlex.join(["ffmpeg", "-i", str(path), str(path.with_suffix(".flac"))])
        return f"{path} is {what}, which can't be decoded here. Convert it: {convert}"
    if head[:4] in (b"RIFF", b"fLaC", b"OggS", b"RIFX", b"FORM") or head[:3] == b"ID3":
        return f"{path} is broken: {said}. Replace the file."
    return f"{path} is not audio: starts with {_shown(head)}. Replace the file."


def _container(head: bytes) -> str | None:
    """Formats that people do have and libsndfile does not read."""
    if head[4:8] == b"ftyp":
        return "MPEG-4 (m4a, mp4)"
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "Matroska or WebM"
    if head.startswith(b"\x30\x26\xb2\x75"):
        return "Windows Media (wma)"
    if head.startswith(b"#!AMR"):
        return "AMR"
    if head[0] == 0xFF and head[1:2] and head[1] & 0xF6 == 0xF0:
        return "AAC"
    return None


def _shown(head: bytes) -> str:
    """The first four characters, or bytes where they are no text."""
    start = head[:4]
    text = start.decode("ascii", errors="replace")
    return repr(text) if text.isprintable() else f"the bytes {start.hex(' ')}"
