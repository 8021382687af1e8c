"""JSON that we wrote ourselves, read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from merhan.errors import MerhanError


def read_json(path: Path) -> dict[str, Any]:
    """The object in a file.

    Raises
    ------
    MerhanError : it can't be read, or holds no JSON object; the message names it.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
        if isinstance(found, dict):
            return found
        reason = "no JSON object"
    except (OSError, ValueError) as error:
        reason = str(error)
    raise MerhanError(f"{path} is broken ({reason}): put it back, or train again.")
