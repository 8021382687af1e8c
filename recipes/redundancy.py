"""What rows are like, as vectors: by which those that repeat others are left out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance
from recipes.errors import CorpusError

_DIMENSIONS = 64  # of a text
_DURATION = 0.25  # what a deviation in length is worth beside a text, whose vector has length 1
_BANDS = np.array([50, 200, 400, 800, 1600, 3200, 6400, 12800, 24000])  # Hz, borders
_FRAME = 0.03  # s


def vectors_of(corpus: Corpus, rows: Sequence[Utterance]) -> np.ndarray:
    """(rows, dimensions) float32: what is said and how long it lasts; of corpora without words, how it sounds.

    Words are TF-IDF of letter pairs to fours, reduced by a singular value decomposition; sounds are mean and
    deviation of the level in eight bands.  Both are standardised, so that no unit outweighs another.
    """
    written = sum(bool(row.text.strip()) for row in rows)
    if 2 * written >= len(rows):
        return np.hstack([_texts(rows), _DURATION * _durations(corpus, rows)])
    return np.hstack([_standard(_sounds(corpus, rows)), _durations(corpus, rows)])


def band_levels(samples: np.ndarray, rate: int) -> np.ndarray:
    """(16,): mean and deviation over frames of 30 ms of the level in eight bands, dB."""
    length = max(2, round(_FRAME * rate))
    frames = np.zeros(length) if len(samples) < length else samples
    frames = frames[: len(frames) // length * length].reshape(-1, length) * np.hanning(length)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    band = np.digitize(np.fft.rfftfreq(length, 1 / rate), _BANDS) - 1
    levels = np.stack(
        [10 * np.log10(power[:, band == b].sum(axis=1) + 1e-8) for b in range(len(_BANDS) - 1)], axis=1
    )
    return np.concatenate([levels.mean(axis=0), levels.std(axis=0)])


def _texts(rows: Sequence[Utterance]) -> np.ndarray:
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), sublinear_tf=True, dtype=np.float32)
    table = letters.fit_transform([row.text for row in rows])
    if min(table.shape) <= _DIMENSIONS:
        return table.toarray()
    return normalize(TruncatedSVD(_DIMENSIONS, random_state=0).fit_transform(table)).astype(np.float32)


def _durations(corpus: Corpus, rows: Sequence[Utterance]) -> np.ndarray:
    """(rows, 1) standardised logarithm of the length; 0 without sound."""

    def seconds(row: Utterance) -> float:
        try:
            return corpus.seconds(row) if row.audio else 0.0
        except CorpusError:  # what is broken is said elsewhere
            return 0.0

    found = np.array([[seconds(row)] for row in rows])
    heard = found > 0
    if heard.any():
        found[~heard] = np.exp(np.log(found[heard]).mean())
    return _standard(np.log(np.maximum(found, 1e-3)))


def _sounds(corpus: Corpus, rows: Sequence[Utterance]) -> np.ndarray:
    """(rows, 16) band levels; 0 where there is none."""
    found = np.zeros((len(rows), 2 * (len(_BANDS) - 1)))
    for place, row in enumerate(rows):
        try:
            audio = corpus.read(row).audio
        except CorpusError:  # what is broken is said elsewhere
            continue
        if audio is not None:
            found[place] = band_levels(audio.samples, audio.rate)
    return found


def _standard(values: np.ndarray) -> np.ndarray:
    """Each column with mean 0 and deviation 1; a column that is constant is 0."""
    deviation = values.std(axis=0)
    return ((values - values.mean(axis=0)) / np.where(deviation > 1e-9, deviation, 1)).astype(np.float32)
