"""Texts that are nearly the same, among tens of thousands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np
from rapidfuzz import fuzz, process

_MIN_WORDS = 5
_ROWS = 512  # texts compared at once: bounds the memory of one table


def normalised(text: str) -> str:
    """Lower case, words alone, one blank between them."""
    return " ".join(re.findall(r"\w+", text.casefold().replace("'", "").replace("’", "")))


def near_texts(ones: Sequence[str], others: Sequence[str], similarity: float) -> Iterator[tuple[str, str]]:
    """Pairs of different normalised texts whose `fuzz.ratio` is at least `similarity` (0 to 1).

    The ratio 2·m/(a + b), m letters in common of lengths a and b, is at most 2·a/(a + b) for the
    shorter a: so only lengths from s/(2 − s) to (2 − s)/s of one another are compared.
    """
    ones = sorted((text for text in ones if text.count(" ") + 1 >= _MIN_WORDS), key=lambda t: (len(t), t))
    others = sorted((text for text in others if text.count(" ") + 1 >= _MIN_WORDS), key=lambda t: (len(t), t))
    lengths = np.array([len(text) for text in others])
    least = similarity / (2 - similarity)
    for begin in range(0, len(ones), _ROWS):
        block = ones[begin : begin + _ROWS]
        low = int(np.searchsorted(lengths, np.floor(len(block[0]) * least)))
        high = int(np.searchsorted(lengths, np.ceil(len(block[-1]) / least), side="right"))
        window = others[low:high]
        if not window:
            continue
        scores = process.cdist(
            block, window, scorer=fuzz.ratio, score_cutoff=100 * similarity, dtype=np.float32, workers=1
        )
        for i, j in np.argwhere(scores >= 100 * similarity):
            if block[i] != window[j]:
                yield block[i], window[j]
