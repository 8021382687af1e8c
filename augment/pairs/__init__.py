"""Transforms that need other utterances, drawn from a Pool of training ones; importing this registers them."""

from __future__ import annotations

from augment.pairs.copy_paste import CopyPaste
from augment.pairs.overlay import Overlay
from augment.pairs.pool import Member, Partners, Pool
from augment.pairs.provenance import partners

__all__ = ["CopyPaste", "Member", "Overlay", "Partners", "Pool", "partners"]
