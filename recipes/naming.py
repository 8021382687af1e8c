"""Names of the files in a balanced corpus."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from urllib.parse import quote

_LONGEST = 100  # bytes, ending and all: file systems end at 255, archives and mounts earlier
_HASH = 12  # hexadecimal digits


def copy_id(source_id: str, copy: int) -> str:
    """The id of the `copy`-th copy of an utterance."""
    return f"{source_id}~{copy}"


class FileNames:
    """File names by id: percent-encoded, and with a hash where they would be too long or, without case, the same.

    Parameters
    ----------
    ids : every original of the corpus, so that a name depends on the corpus alone.
    """

    def __init__(self, ids: Iterable[str]):
        folded = Counter(_encoded(name).lower() for name in ids)
        self._alike = {name for name, times in folded.items() if times > 1}

    def __call__(self, source_id: str, copy: int | None = None, suffix: str = ".flac") -> str:
        """The file of an original (`copy` None) or of one of its copies."""
        whole = source_id if copy is None else copy_id(source_id, copy)
        name = _encoded(whole)
        if len(name) + len(suffix) <= _LONGEST and _encoded(source_id).lower() not in self._alike:
            return name + suffix
        digest = hashlib.blake2b(whole.encode(), digest_size=_HASH // 2).hexdigest()
        kept = name[: _LONGEST - len(suffix) - _HASH - 1]
        cut = kept.rfind("%", len(kept) - 2)  # half of a percent code
        return f"{kept[:cut] if cut >= 0 else kept}-{digest}{suffix}"


def _encoded(name: str) -> str:
    return quote(name, safe="")
