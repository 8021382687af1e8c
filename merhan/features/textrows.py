"""The texts of a set of rows, read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from merhan.features.cache import FeatureCache
from merhan.features.text import TextEncoder


@dataclass(frozen=True)
class TextRows:
    """What was read, a row each.

    ids : token ids, int64 (tokens,). states : float16 (tokens, hidden), or None where the network reads ids
    itself. mean : float32 (rows, hidden), the mean of the states as the encoder was loaded. has_text : bool
    (rows,). Rows without text have one step of zeros.
    """

    ids: tuple[np.ndarray, ...]
    states: tuple[np.ndarray, ...] | None
    mean: np.ndarray
    has_text: np.ndarray

    def picked(self, rows: np.ndarray, pick: Callable[[Sequence[Any]], tuple[Any, ...]]) -> TextRows:
        """Some of the rows."""
        states = None if self.states is None else pick(self.states)
        return TextRows(pick(self.ids), states, self.mean[rows], self.has_text[rows])


def read_texts(
    texts: Sequence[str | None],
    encoder: TextEncoder | None,
    max_tokens: int,
    in_network: bool = False,
    cache: FeatureCache | None = None,
) -> TextRows:
    """Ids and states of each text; None, and blank ones, are rows without.

    Parameters
    ----------
    encoder : None where no text is to be read: every row is then one without, one number a token.
    in_network : leave the states out, since the network computes its own.
    """
    has_text = np.array([encoder is not None and bool(text and text.strip()) for text in texts], bool)
    hidden = encoder.hidden if encoder else 1
    ids = [np.zeros(1, np.int64)] * len(texts)
    states = [np.zeros((1, hidden), np.float16)] * len(texts)
    mean = np.zeros((len(texts), hidden), np.float32)
    where = np.flatnonzero(has_text)
    if encoder is not None:
        written = [texts[row] for row in where]
        found = zip(
            where, encoder.ids(written, max_tokens), encoder.states(written, max_tokens, cache), strict=True
        )
        for row, tokens, vectors in found:
            ids[row], states[row] = tokens, vectors
            mean[row] = vectors.astype(np.float32).mean(axis=0)
    return TextRows(tuple(ids), None if in_network else tuple(states), mean, has_text)
