"""Where what can be made again is kept."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def cache_folder() -> Path:
    """`MERHAN_BALANCE_CACHE`, else the user's cache folder; made where it is absent."""
    chosen = os.environ.get("MERHAN_BALANCE_CACHE")
    folder = Path(chosen).expanduser() if chosen else Path(platformdirs.user_cache_dir("merhan-balance"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
