"""Features kept on disk by content: whatever they were made from has the key, wherever it lies.

One safetensors file a key in 256 folders (3,000 utterances load in about a second). Two processes may share a
cache: a file appears whole, by renaming, and the same key means the same bytes. No pickle.
"""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

VERSION = 2  # of the features themselves: raise it whenever their numbers change


@dataclass(frozen=True)
class FeatureCache:
    """Named arrays by key, below `folder`; None keeps nothing."""

    folder: Path | None

    @classmethod
    def default(cls) -> FeatureCache:
        """In the user's cache folder."""
        from recipes.cache import cache_folder

        return cls(cache_folder() / "features")

    def get(self, key: str) -> dict[str, np.ndarray] | None:
        """The arrays, or None where there are none, or none that can be read."""
        from safetensors import SafetensorError
        from safetensors.numpy import load

        if self.folder is None:
            return None
        try:
            return load(self._path(key).read_bytes())
        except (OSError, SafetensorError):
            return None

    def put(self, key: str, arrays: Mapping[str, np.ndarray]) -> None:
        """Keep the arrays; raises OSError where the disk can't take them."""
        from safetensors.numpy import save

        if self.folder is None:
            return
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(save({name: np.ascontiguousarray(array) for name, array in arrays.items()}))
            os.replace(temporary, path)  # noqa: PTH105  atomic, and replaces what another process wrote
        except OSError as error:
            Path(temporary).unlink(missing_ok=True)
            raise OSError(error.errno, error.strerror, str(path)) from error  # a write does not say where
        except BaseException:
            Path(temporary).unlink(missing_ok=True)
            raise

    def _path(self, key: str) -> Path:
        return self.folder / key[:2] / f"{key[2:]}.safetensors"


def content_key(*parts: Any) -> str:
    """BLAKE2b of JSON values and the version of the features, 32 hexadecimal digits."""
    text = json.dumps([VERSION, *parts], sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()
