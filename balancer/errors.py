"""The error of balancing that a user can mend."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


class BalanceError(ValueError):
    """One sentence: what, where, what to do.  `key` names the argument at fault, if there is one."""

    def __init__(self, message: str, key: str | None = None):
        super().__init__(message)
        self.key = key


def unknown(kind: str, name: object, known: Iterable[object], key: str | None = None) -> BalanceError:
    """The error for a name that does not exist: the nearest right name first, then all of them."""
    names = sorted(map(str, known))
    near = get_close_matches(str(name), names, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else "."
    return BalanceError(f"{kind} {name!r} is not known{hint} Known: {', '.join(names) or 'none'}.", key)
