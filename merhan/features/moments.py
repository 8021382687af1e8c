"""Means and deviations from sums, so that a speaker, a class or a fold costs additions and no second look."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

CONSTANT = 1e-3  # a deviation below this (nats, semitones, seconds, shares) is a column that doesn't move


@dataclass(frozen=True)
class Moments:
    """How many values, their sum and the sum of their squares; each float64 (columns,) or (rows, columns)."""

    count: np.ndarray
    total: np.ndarray
    squares: np.ndarray

    @classmethod
    def of(cls, values: np.ndarray, valid: np.ndarray) -> Moments:
        """Of each value by itself; `valid` bool says which of `values` (rows, columns) count."""
        counted = np.where(valid, values, 0.0).astype(np.float64)
        return cls(valid.astype(np.float64), counted, counted**2)

    @classmethod
    def stack(cls, parts: Iterable[Moments], columns: int) -> Moments:
        """(rows, columns): one row a part."""
        parts = list(parts)
        fields = ([getattr(part, name) for part in parts] for name in ("count", "total", "squares"))
        return cls(*(np.stack(field) if parts else np.zeros((0, columns)) for field in fields))

    def pooled(self, rows: np.ndarray | slice = slice(None)) -> Moments:
        """Of all the values in `rows` (positions, or a mask) together, (columns,)."""
        return Moments(self.count[rows].sum(0), self.total[rows].sum(0), self.squares[rows].sum(0))

    @property
    def mean(self) -> np.ndarray:
        """NaN where there is no value."""
        return np.where(self.count > 0, self.total / np.maximum(self.count, 1), np.nan)

    @property
    def deviation(self) -> np.ndarray:
        """Root of the mean square about the mean; NaN where there is no value."""
        return np.sqrt(np.maximum(self.squares / np.maximum(self.count, 1) - self.mean**2, 0.0))


@dataclass(frozen=True)
class Scale:
    """What values are measured against: `mean` and `deviation`, float64 (columns,), the latter above 0."""

    mean: np.ndarray
    deviation: np.ndarray

    @classmethod
    def filled(cls, mean: np.ndarray, deviation: np.ndarray) -> Scale:
        """With 0 and 1 where nothing is known, and 1 for columns that don't move."""
        moving = np.nan_to_num(deviation, nan=1.0) >= CONSTANT
        return cls(np.nan_to_num(mean, nan=0.0), np.where(moving, np.nan_to_num(deviation, nan=1.0), 1.0))

    @classmethod
    def identity(cls, columns: int) -> Scale:
        """Leaves values as they are."""
        return cls(np.zeros(columns), np.ones(columns))

    def __call__(self, values: np.ndarray, valid: np.ndarray) -> np.ndarray:
        """Standardised values (…, columns), float32; 0 where not `valid`."""
        return np.where(valid, (values - self.mean) / self.deviation, 0.0).astype(np.float32)

    def shifted(self, change: np.ndarray) -> Scale:
        """About another mean."""
        return Scale(self.mean + change, self.deviation)


def mean_of(rows: Iterable[np.ndarray]) -> np.ndarray:
    """Column means of the rows, leaving out NaN; NaN where nothing is left."""
    stacked = np.stack(list(rows))
    known = ~np.isnan(stacked)
    return np.where(known.any(0), np.where(known, stacked, 0.0).sum(0) / np.maximum(known.sum(0), 1), np.nan)
