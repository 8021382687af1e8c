"""Which checkpoint of a run can be gone on from."""

from __future__ import annotations

import json
from pathlib import Path


def last_whole_checkpoint(folder: Path) -> Path | None:
    """The last checkpoint-<step> in `folder` that was written to its end; None where there is none.

    The trainer writes trainer_state.json last and removes older checkpoints after that, so that a disk which
    fills up, or a process which is killed, at a checkpoint leaves the one before it whole.
    """
    found = [path for path in folder.glob("checkpoint-*") if path.name[11:].isdigit() and _is_whole(path)]
    return max(found, key=lambda path: int(path.name[11:]), default=None)


def _is_whole(checkpoint: Path) -> bool:
    try:
        json.loads((checkpoint / "trainer_state.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return True
