"""The quick classifier whose decisions are compared: a logistic regression for each fold of speakers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from merhan.evaluation.audit.folds import AuditError, sample
from merhan.evaluation.confidence import bootstrap_interval
from merhan.evaluation.yardstick import STRENGTHS, unweighted_average_recall
from merhan.features.normalise import Normaliser, Statistics

if TYPE_CHECKING:
    from merhan.features.raw import RawFeatures
    from merhan.features.settings import FeatureSettings
    from recipes.corpus import Corpus

LEARNERS = 150  # originals of a class beside the copies: enough, and as quick on a large corpus


@dataclass(frozen=True)
class Judge:
    """Decides on rows, and on copies of rows, by the classifier that has not learnt from their speaker.

    modality : audio or text. labels, speakers : (rows,) names. fold : (rows,) in which each is held out.
    present : bool (rows,), whether the row has the modality. normalisers : by fold, None for text.
    models : by fold. vectors : (rows, columns), unnormalised. decisions : (rows,) names, "" where not present.
    strength : C. learners : positions of the rows that `learnt` learns from beside copies.
    """

    modality: str
    labels: np.ndarray
    speakers: np.ndarray
    fold: np.ndarray
    present: np.ndarray
    normalisers: tuple[Normaliser, ...] | None
    models: tuple[Any, ...]
    vectors: np.ndarray
    decisions: np.ndarray
    strength: float
    learners: np.ndarray

    def decide(self, rows: np.ndarray, vectors: np.ndarray, changes: np.ndarray | None = None) -> np.ndarray:
        """Decisions (copies,) as names.

        Parameters
        ----------
        rows : (copies,) what each was made from. vectors : (copies, columns), unnormalised. changes : (copies,
            columns), what the voice of each adds to its speaker's mean; None where all speak in their own.
        """
        decided = np.full(len(rows), "", object)
        for fold in np.unique(self.fold[rows]):
            at = np.flatnonzero(self.fold[rows] == fold)
            own = None if changes is None else changes[at]
            decided[at] = self.models[fold].predict(self._placed(fold, rows[at], vectors[at], own))
        return decided

    def learnt(self, rows: np.ndarray, vectors: np.ndarray, changes: np.ndarray | None = None) -> float:
        """Share of copies taken for their label by classifiers that learn from other speakers' copies too.

        Arguments as of `decide`; NaN where there are no copies, or all are one speaker's.
        """
        right = []
        for fold in np.unique(self.fold[rows]):
            held = self.fold[rows] == fold
            originals = self.learners[self.fold[self.learners] != fold]
            if held.all():
                return float("nan")
            copies = self._placed(fold, rows, vectors, changes)
            x = np.concatenate([self._placed(fold, originals, self.vectors[originals]), copies[~held]])
            labels = np.concatenate([self.labels[originals], self.labels[rows[~held]]]).astype(str)
            decided = _model(self.strength).fit(x, labels).predict(copies[held])
            right += (decided == self.labels[rows[held]]).tolist()
        return float(np.mean(right)) if right else float("nan")

    def _placed(
        self, fold: int, rows: np.ndarray, vectors: np.ndarray, changes: np.ndarray | None = None
    ) -> np.ndarray:
        return _placed(vectors, self.speakers[rows], self.normalisers and self.normalisers[fold], changes)

    def recall(self) -> tuple[float, float, float]:
        """UAR on originals of unheard speakers, with its interval over rows; chance is 1 / classes."""
        rows = self.present
        return bootstrap_interval(self.decisions[rows], self.labels[rows], resamples=1000)

    @property
    def chance(self) -> float:
        """UAR of one who guesses."""
        return 1 / len(np.unique(self.labels[self.present]))


def audio_judge(corpus: Corpus, fold: np.ndarray, raw: RawFeatures, settings: FeatureSettings) -> Judge:
    """On functionals; a held-out speaker is measured as an unlabelled one, as the trained network would."""
    normalisers = []
    for held in range(fold.max() + 1):
        told = [replace(row, split="test" if fold[at] == held else "train") for at, row in enumerate(corpus)]
        normalisers.append(Normaliser.fit(corpus.replace(told), raw, settings))
    return _fitted("audio", corpus, fold, raw.has_audio, raw.functionals, tuple(normalisers))


def text_judge(corpus: Corpus, fold: np.ndarray, means: np.ndarray, has_text: np.ndarray) -> Judge:
    """On the mean of the text encoder's states, (rows, hidden)."""
    return _fitted("text", corpus, fold, has_text, means, None)


def _fitted(
    modality: str,
    corpus: Corpus,
    fold: np.ndarray,
    present: np.ndarray,
    vectors: np.ndarray,
    normalisers: tuple[Normaliser, ...] | None,
) -> Judge:
    """The inverse penalty C is the one with the best UAR on the speakers held out, the smaller where they tie."""
    labels = np.array([row.hard_label for row in corpus], object)
    speakers = np.array([row.speaker for row in corpus], object)
    placed = [
        _placed(vectors, speakers, normalisers and normalisers[held], None) for held in range(fold.max() + 1)
    ]
    best = None
    for strength in STRENGTHS:
        models, decisions = [], np.full(len(labels), "", object)
        for held, x in enumerate(placed):
            learnt = present & (fold != held)
            _check_classes(labels[learnt], speakers[fold == held], modality)
            models.append(_model(strength).fit(x[learnt], labels[learnt].astype(str)))
            judged = present & (fold == held)
            if judged.any():
                decisions[judged] = models[-1].predict(x[judged])
        reached = unweighted_average_recall(labels[present], decisions[present])
        if best is None or reached > best[0]:
            best = reached, strength, tuple(models), decisions
    _, strength, models, decisions = best
    there = np.flatnonzero(present)
    rows = list(corpus)
    learners = there[sample([rows[at] for at in there], LEARNERS)]
    return Judge(
        modality, labels, speakers, fold, present, normalisers, models, vectors, decisions, strength, learners
    )


def _model(strength: float) -> Any:
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    classifier = LogisticRegression(C=strength, class_weight="balanced", max_iter=2000)
    return make_pipeline(StandardScaler(), classifier)


def _placed(
    vectors: np.ndarray, speakers: np.ndarray, normaliser: Normaliser | None, changes: np.ndarray | None
) -> np.ndarray:
    """Measured against each row's speaker, or the voice that speaks there."""
    placed = np.array(vectors, np.float64)
    if normaliser is None:
        return placed
    for speaker in np.unique(speakers.astype(str)):
        rows = speakers == speaker
        whose = normaliser.of_speaker("test", speaker)
        if changes is not None and normaliser.settings.normalise == "speaker":
            whose = Statistics(whose.frames, whose.functionals.shifted(changes[rows]))
        placed[rows] = normaliser.functionals(vectors[rows], whose)
    return placed


def _check_classes(labels: np.ndarray, held: Sequence[str], modality: str) -> None:
    if len(np.unique(labels.astype(str))) < 2:
        who = ", ".join(sorted(set(held))) or "nobody"
        raise AuditError(
            f"Without the {modality} of {who} there are not two emotions left to tell apart; an audit needs each of two "
            "classes from two speakers at least."
        )
