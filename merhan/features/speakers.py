"""The rule by which a corpus and its speakers get their mean and deviation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from merhan.features.moments import Moments, Scale, mean_of
from merhan.features.settings import FeatureError

if TYPE_CHECKING:
    from recipes.corpus import Corpus

Key = tuple[str, str]  # split and speaker
CORPUS: Key = ("", "")  # the corpus's own key


@dataclass(frozen=True)
class Grouping:
    """Whose rows are whose: originals with audio, copies never.

    train : bool (rows,). labels : (rows,) classes. speakers : positions of each (split, speaker)'s rows; a
    training speaker's rows of other splits are not among them. use_labels : whether training speakers have
    the mean of their class means.
    """

    train: np.ndarray
    labels: np.ndarray
    speakers: Mapping[Key, np.ndarray]
    use_labels: bool

    @classmethod
    def of(cls, corpus: Corpus, has_audio: np.ndarray, use_labels: bool = True) -> Grouping:
        """Read off the rows of a corpus.

        Raises
        ------
        FeatureError : with `use_labels`, audio in rows, but in no training original.
        """
        rows = list(corpus)
        counts = has_audio & np.array([not row.is_copy for row in rows], bool)
        train = counts & np.array([row.split == "train" for row in rows], bool)
        if use_labels and counts.any() and not train.any():
            raise FeatureError("no training row has audio to normalise by: give rows with audio split=train")
        learnt_from = {rows[position].speaker for position in np.flatnonzero(train)} if use_labels else set()
        speakers: dict[Key, list[int]] = {}
        for position in np.flatnonzero(counts):
            row = rows[position]
            if row.speaker and (train[position] or row.speaker not in learnt_from):
                speakers.setdefault((row.split, row.speaker), []).append(position)
        labels = np.array([row.hard_label for row in rows], object)
        return cls(train, labels, {key: np.array(found) for key, found in speakers.items()}, use_labels)


def fit_scales(
    moments: Moments, who: Grouping, shrink: float, learnt: Scale | None = None
) -> dict[Key, Scale]:
    """The scale of the corpus (key `CORPUS`) and of each (split, speaker).

    The corpus's mean is the mean of its class means, a training speaker's likewise, so that imbalance stays
    out of both; a speaker without labels has the plain mean. Deviations are plain. A speaker's are shrunk.

    Parameters
    ----------
    moments : of each row, (rows, columns).
    shrink : utterances that the corpus weighs.
    learnt : the corpus's scale, where it comes from a trained model.
    """
    names = sorted(set(who.labels[who.train]))
    by_class = {name: moments.pooled(who.train & (who.labels == name)).mean for name in names}
    whole = learnt
    if whole is None:
        plain = moments.pooled(who.train)
        whole = Scale.filled(mean_of(by_class.values()) if by_class else plain.mean, plain.deviation)
    scales = {CORPUS: whole}
    for (split, speaker), rows in who.speakers.items():
        own = moments.pooled(rows)
        mean = own.mean
        if split == "train" and who.use_labels:
            # A class that the speaker lacks stands at the corpus's mean of it + the speaker's offset over the
            # classes there are. The mean over all classes is then the corpus's mean + that offset.
            mean = whole.mean + mean_of(
                moments.pooled(rows[who.labels[rows] == name]).mean - by_class[name]
                for name in sorted(set(who.labels[rows]))
            )
        scales[split, speaker] = shrunk(mean, own.deviation, whole, len(rows), shrink)
    return scales


def shrunk(mean: np.ndarray, deviation: np.ndarray, whole: Scale, utterances: int, shrink: float) -> Scale:
    """(n · own + k · corpus) / (n + k), for mean and deviation; the corpus's where there is no own (NaN)."""
    share = utterances / (utterances + shrink)
    mean, deviation = (
        np.where(np.isnan(own), theirs, share * own + (1 - share) * theirs)
        for own, theirs in ((mean, whole.mean), (deviation, whole.deviation))
    )
    return Scale.filled(mean, deviation)
