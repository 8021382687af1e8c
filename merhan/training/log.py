"""The TensorBoard log of a run."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from torch.utils.tensorboard import SummaryWriter


def log_writer(folder: Path) -> SummaryWriter:
    """A writer of event files in `folder`; it writes in a thread of its own."""
    from torch.utils.tensorboard import SummaryWriter

    return SummaryWriter(log_dir=str(folder))


@contextmanager
def silent_log_threads() -> Iterator[None]:
    """A log's thread that can't write raises in training too, on the next entry: its own traceback is noise."""
    before = threading.excepthook

    def tell(thrown: threading.ExceptHookArgs) -> None:
        if not issubclass(thrown.exc_type, OSError):
            before(thrown)

    threading.excepthook = tell
    try:
        yield
    finally:
        threading.excepthook = before
