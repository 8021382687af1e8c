"""Other libraries' augmenters by name, `audiomentations.RoomSimulator`, `nlpaug.KeyboardAug`: made deterministic.

Both draw from global generators; here each runs under a seed of its own, and the caller's global state is as
it was afterwards.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module

from augment.transform import Transform

PEERS = ("audiomentations", "nlpaug")


def is_adapter(name: str) -> bool:
    """Whether a transform's name belongs to another library's."""
    return name.partition(".")[0] in PEERS and "." in name


@cache
def find_adapter(name: str) -> type[Transform]:
    """The transform that runs another library's augmenter, `audiomentations.Gain`.

    Raises
    ------
    ParameterError : that library has no such augmenter, or none that can run here.
    """
    peer, _, rest = name.partition(".")
    return import_module(f"augment.adapters.{peer}").adapt(rest)


def adapter_names(peer: str) -> list[str]:
    """Every augmenter of `peer` that can be named, with the library in front."""
    return [f"{peer}.{name}" for name in import_module(f"augment.adapters.{peer}").names()]
