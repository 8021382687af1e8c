"""Rows of different lengths in one array."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def pad(rows: Sequence[np.ndarray], present: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Rows padded with zeros at their end, and what of them is real.

    Parameters
    ----------
    rows : (steps, …) each; `present` bool (rows,), false for those whose steps stand for nothing.

    Returns
    -------
    (rows, longest, …) of the rows' type, at least one step, and bool (rows, longest).
    """
    longest = max([1, *map(len, rows)])
    padded = np.zeros((len(rows), longest, *rows[0].shape[1:]), rows[0].dtype)
    mask = np.zeros((len(rows), longest), bool)
    for position, row in enumerate(rows):
        if present[position]:
            padded[position, : len(row)], mask[position, : len(row)] = row, True
    return padded, mask
