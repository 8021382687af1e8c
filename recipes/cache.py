"""Where what can be made again is kept."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

from recipes.errors import CorpusError


def cache_folder() -> Path:
    """`MERHAN_BALANCE_CACHE`, else the user's cache folder; made where it is absent.

    Raises
    ------
    CorpusError : it can't be made or written to.
    """
    chosen = os.environ.get("MERHAN_BALANCE_CACHE")
    folder = Path(chosen).expanduser() if chosen else Path(platformdirs.user_cache_dir("merhan-balance"))
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if os.access(folder, os.W_OK | os.X_OK):
            return folder
        reason = "not writable"
    except OSError as error:
        reason = error.strerror
    raise CorpusError(
        f"The cache folder {folder} can't be used ({reason}); set MERHAN_BALANCE_CACHE to one that can."
    )
