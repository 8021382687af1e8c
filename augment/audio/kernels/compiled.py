"""numba's compiler as this package uses it."""

from __future__ import annotations

from collections.abc import Callable

from numba import njit


def compiled(function: Callable) -> Callable:
    """Compile a loop over arrays, and keep the machine code on disk where there is a place to keep it."""
    try:
        return njit(cache=True)(function)
    except RuntimeError:  # neither the package's folder nor the user's cache can be written to
        return njit(function)
