"""Labels as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from merhan.features.settings import FeatureError

if TYPE_CHECKING:
    from recipes.corpus import Corpus

UNKNOWN = -100  # what losses leave out


def read_targets(corpus: Corpus, classes: Sequence[str]) -> tuple[np.ndarray, np.ndarray | None]:
    """Positions in `classes` of each row's class, int64 (rows,), and shares where any label is soft.

    Returns
    -------
    The shares, float32 (rows, classes), are None where every label is one class.

    Raises
    ------
    FeatureError : for a label that is none of the classes; it names the row.
    """
    position = {name: number for number, name in enumerate(classes)}
    labels = np.full(len(corpus), UNKNOWN, np.int64)
    shares = np.zeros((len(corpus), len(classes)), np.float32)
    for row, utterance in enumerate(corpus):
        soft = {utterance.label: 1.0} if isinstance(utterance.label, str) else utterance.label
        for name, share in soft.items():
            if name not in position:
                raise FeatureError(
                    f"{corpus.where(utterance)}: the label {name!r} is none of the classes "
                    f"{', '.join(classes)}: rename it, or remove the row."
                )
            shares[row, position[name]] = share
        labels[row] = position[utterance.hard_label]
    return labels, None if all(isinstance(u.label, str) for u in corpus) else shares
