"""Names to numbers, for millions of them: which distinct values there are, and which of them each entry is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from balancer.errors import BalanceError

_BUCKETS = 16  # bits of a word's hash that choose its bucket
_AT_ONCE = 1 << 16  # words, so that what is worked on stays in the processor's cache
_ODD = np.uint64(0x9E3779B97F4A7C15)  # 2^64 / golden ratio: multiplying by it spreads (Knuth 1973, 6.4)


def as_codes(values: Iterable[Any]) -> tuple[list[Any], np.ndarray]:
    """Distinct values as plain Python ones, in no order that means anything, and (n,) the place of each entry.

    Raises
    ------
    TypeError : for a value that has no hash (a map, a list).
    """
    if isinstance(values, np.ndarray) and values.ndim == 1 and len(values):
        if values.dtype.kind in "US" and values.dtype.itemsize:
            return _of_words(values)
        if values.dtype.kind in "biu":
            return _of_integers(values)
    entries = as_list(values)
    place = _places()
    # One pass in C: a value that is seen for the first time gets the next number.
    codes = np.fromiter(map(place.__getitem__, entries), dtype=np.int64, count=len(entries))
    return list(place), codes


def as_list(values: Iterable[Any]) -> list[Any]:
    """Plain Python values of a list, NumPy array, pandas Series or tensor."""
    if isinstance(values, list):
        return values
    return values.tolist() if hasattr(values, "tolist") else list(values)


def as_floats(values: Iterable[Any], what: str, key: str | None = None) -> np.ndarray:
    """The numbers of a sequence, array, Series or tensor, as it is shaped; of one number, of shape ().

    Raises
    ------
    BalanceError : for what is no number, and for a map, which would be read as its keys; `what` names it.
    """
    key = key or what
    if isinstance(values, Mapping):
        raise BalanceError(f"{what}: give numbers in order, no map.", key)
    try:
        plain = isinstance(values, np.ndarray) or not isinstance(values, Iterable)
        return np.asarray(values if plain else as_list(values), dtype=float)
    except (TypeError, ValueError, OverflowError) as error:
        raise BalanceError(f"{what}: give numbers, one each ({error}).", key) from error


def _places() -> defaultdict[Any, int]:
    place: defaultdict[Any, int] = defaultdict()
    place.default_factory = place.__len__
    return place


def _of_integers(values: np.ndarray) -> tuple[list[Any], np.ndarray]:
    low, high = int(values.min()), int(values.max())
    if high - low > 4 * len(values) or not -(2**62) < low <= high < 2**62:
        distinct, codes = np.unique(values, return_inverse=True)
        return distinct.tolist(), codes
    numbers = values.astype(np.int64)
    numbers -= low
    found = np.flatnonzero(np.bincount(numbers))
    place = np.zeros(high - low + 1, dtype=np.int64)
    place[found] = np.arange(len(found))
    return (found + low).astype(values.dtype).tolist(), place[numbers]


def _of_words(values: np.ndarray) -> tuple[list[Any], np.ndarray]:
    """By hash: sorting ten million words takes ten times as long.

    A bucket stands for the first word that falls into it; other words of that bucket are looked up one by one.
    """
    place = _places()
    codes = np.empty(len(values), dtype=np.int64)
    code_of = np.full(1 << _BUCKETS, -1, dtype=np.int64)
    word_of = np.zeros(1 << _BUCKETS, dtype=values.dtype)
    for start in range(0, len(values), _AT_ONCE):
        words = np.ascontiguousarray(values[start : start + _AT_ONCE])
        bucket = _buckets(words)
        new = np.flatnonzero(code_of[bucket] < 0)
        for i in new[np.unique(bucket[new], return_index=True)[1]]:
            code_of[bucket[i]] = place[words[i].item()]
            word_of[bucket[i]] = words[i]
        here = codes[start : start + len(words)]
        np.take(code_of, bucket, out=here)
        other = np.flatnonzero(word_of[bucket] != words)
        here[other] = [place[word] for word in words[other].tolist()]
    return list(place), codes


def _buckets(words: np.ndarray) -> np.ndarray:
    """The top bits of a hash of each word, eight bytes at a time."""
    size = words.dtype.itemsize
    hashed = np.zeros(len(words), dtype=np.uint64)
    unit = np.dtype(np.uint64)
    start = 0
    while start < size:
        if size - start < unit.itemsize:
            unit = np.dtype(np.uint32 if words.dtype.kind == "U" else np.uint8)
        hashed += np.ndarray(len(words), unit, words, start, (size,))
        hashed *= _ODD
        hashed ^= hashed >> np.uint64(32)
        start += unit.itemsize
    return (hashed >> np.uint64(64 - _BUCKETS)).astype(np.int64)
