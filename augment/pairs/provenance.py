"""Whose sound or words are in a copy beside its source's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


def partners(provenance: Sequence[Mapping[str, Any]] | None) -> set[str]:
    """The ids of all utterances that took part in what was done; empty for None.

    A copy is no use, and leaks, where a fold or a split holds one of them out.
    """
    return {name for step in provenance or () for name in step.get("params", {}).get("partners", ())}
