"""What a corpus holds, as a hash that knows neither place nor time."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

_DIGESTS: dict[tuple[str, int, int], str] = {}  # by path, size and time: a file is read once a process


def file_digest(path: Path) -> str:
    """BLAKE2b of a file's bytes (32 hexadecimal digits), or "missing".

    Kept in memory while the file's size and time of change stay as they are; neither enters the digest.
    """
    try:
        state = path.stat()
        key = (str(path), state.st_size, state.st_mtime_ns)
        if key not in _DIGESTS:
            _DIGESTS[key] = hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()
        return _DIGESTS[key]
    except OSError:
        return "missing"


def file_digests(paths: Iterable[Path]) -> dict[Path, str]:
    """The digest of each distinct path; several are read at once, as reading waits on the disk."""
    distinct = list(dict.fromkeys(paths))
    with ThreadPoolExecutor(max_workers=8) as pool:
        return dict(zip(distinct, pool.map(file_digest, distinct), strict=True))
