"""The nearest right name for a wrong one."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


def nearest(word: object, names: Iterable[str]) -> str | None:
    """The name that `word` was probably meant to be, whatever its case, underscores and hyphens."""
    known = {_folded(name): name for name in names}
    found = difflib.get_close_matches(_folded(str(word)), known, n=1, cutoff=0.6)
    return known[found[0]] if found else None


def did_you_mean(word: object, names: Iterable[str]) -> str:
    """`"; did you mean spread?"`, or nothing where no name comes near."""
    name = nearest(word, names)
    return f"; did you mean {name}?" if name else ""


def _folded(name: str) -> str:
    return name.casefold().replace("_", "").replace("-", "").replace(" ", "")
