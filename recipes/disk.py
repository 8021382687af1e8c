"""What a disk that is full looks like, whichever library meets it."""

from __future__ import annotations

import errno
import re

FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
# safetensors and tokenizers (Rust) raise errors of their own, with the system's number in the text; torch.save
# tells of a short write by where its archive stopped.
_SAID = re.compile(
    rf"os error ({'|'.join(map(str, FULL))})\b|PytorchStreamWriter failed|inline_container.*(write|pos)"
)


def is_full(error: BaseException) -> bool:
    """Whether something could not be written for want of room: disk, quota, or a limit on the size of files."""
    if isinstance(error, OSError) and error.errno is not None:
        return error.errno in FULL
    return _SAID.search(str(error)) is not None
