"""Everything the network is trained on and measured with, row by row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from merhan.features.batches import pad
from merhan.features.extract import Progress, extract, hear_samples
from merhan.features.normalise import Normaliser, Statistics
from merhan.features.raw import RawFeatures
from merhan.features.settings import FeatureSettings
from merhan.features.targets import UNKNOWN, read_targets
from merhan.features.text import TextEncoder
from merhan.features.textrows import TextRows, read_texts
from merhan.features.voices import voice_changes

if TYPE_CHECKING:
    import torch

    from augment import Sample
    from merhan.features.cache import FeatureCache
    from recipes.corpus import Corpus


@dataclass(frozen=True)
class FeatureSet:
    """Features of rows, normalised as they are taken.

    ids, splits : of the rows. copies : bool (rows,), whether made from another. classes : names sorted.
    labels : int64 (rows,), positions in `classes`, -100 where unknown. shares : float32 (rows, classes) where
    any label is soft, else None. raw : before normalisation. statistics : what each row is measured against.
    functionals : float32 (rows, FUNCTIONAL_DIM), normalised. text : what was read. encoder : None where
    nothing was. notes : what a person should know.
    """

    ids: tuple[str, ...]
    splits: tuple[str, ...]
    copies: np.ndarray
    classes: tuple[str, ...]
    labels: np.ndarray
    shares: np.ndarray | None
    raw: RawFeatures
    statistics: tuple[Statistics, ...]
    functionals: np.ndarray
    text: TextRows
    normaliser: Normaliser
    encoder: TextEncoder | None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def settings(self) -> FeatureSettings:
        """Those the features were made with."""
        return self.normaliser.settings

    @property
    def has_audio(self) -> np.ndarray:
        """bool (rows,)."""
        return self.raw.has_audio

    @property
    def has_text(self) -> np.ndarray:
        """bool (rows,)."""
        return self.text.has_text

    @property
    def lengths(self) -> np.ndarray:
        """(rows,) frames of each row; of a set without audio, tokens: what its batch is padded to."""
        steps = self.raw.frames if self.has_audio.any() else self.text.ids
        return np.array([len(row) for row in steps])

    @property
    def frame_dim(self) -> int:
        """Numbers a frame."""
        return len(self.normaliser.corpus.frames.mean)

    @property
    def functional_dim(self) -> int:
        """Functionals that a batch holds: 0 where the settings want none."""
        return self.functionals.shape[1] if self.settings.functionals else 0

    @property
    def text_dim(self) -> int:
        """Numbers a token."""
        return self.text.mean.shape[1]

    def frames(self, row: int) -> np.ndarray:
        """Normalised frames of a row, float32 (frames, FRAME_DIM), `stride` frames of 10 ms each."""
        return self.normaliser.frames(self.raw.frames[row], self.statistics[row])

    def rows(self, split: str) -> np.ndarray:
        """Positions of a split's rows."""
        return np.flatnonzero([name == split for name in self.splits])

    def select(self, rows: str | Sequence[int] | np.ndarray) -> FeatureSet:
        """A split by name, or rows by position."""
        chosen = self.rows(rows) if isinstance(rows, str) else np.asarray(rows, np.int64)

        def pick(values: Sequence[Any]) -> tuple[Any, ...]:
            return tuple(values[row] for row in chosen)

        return replace(
            self,
            ids=pick(self.ids),
            splits=pick(self.splits),
            copies=self.copies[chosen],
            labels=self.labels[chosen],
            shares=None if self.shares is None else self.shares[chosen],
            raw=self.raw.picked(chosen, pick),
            statistics=pick(self.statistics),
            functionals=self.functionals[chosen],
            text=self.text.picked(chosen, pick),
        )

    def with_corpus_statistics(self) -> FeatureSet:
        """The same rows as `predict` without enrolment sees them: nothing of their speaker is known."""
        statistics = (self.normaliser.corpus,) * len(self)
        return replace(
            self, statistics=statistics, functionals=_normalised(self.normaliser, self.raw, statistics)
        )

    def collate(self, rows: Sequence[int]) -> dict[str, torch.Tensor]:
        """A batch for MerHanForEmotionClassification, padded at the end.

        frames (batch, frames, FRAME_DIM), frames_mask; functionals (batch, functional_dim); has_audio;
        text_states (batch, tokens, text_dim), or input_ids (batch, tokens) where the network reads itself;
        text_mask; has_text; labels (batch,), or (batch, classes) where any of the set is soft. A row without
        a modality has nothing but zeros there, behind a mask.
        """
        import torch

        rows = [int(row) for row in rows]
        frames, frames_mask = pad([self.frames(row) for row in rows], self.has_audio[rows])
        if self.text.states is not None:
            name, texts = "text_states", [self.text.states[row].astype(np.float32) for row in rows]
        else:
            name, texts = "input_ids", [self.text.ids[row] for row in rows]
        text, text_mask = pad(texts, self.has_text[rows])
        arrays = {
            "frames": frames,
            "frames_mask": frames_mask,
            "functionals": self.functionals[rows, : self.functional_dim],
            "has_audio": self.has_audio[rows],
            name: text,
            "text_mask": text_mask,
            "has_text": self.has_text[rows],
            "labels": (self.labels if self.shares is None else self.shares)[rows],
        }
        return {name: torch.from_numpy(array) for name, array in arrays.items()}


def build_features(
    corpus: Corpus,
    settings: FeatureSettings | None = None,
    *,
    voices: Mapping[str, Sequence[dict[str, Any]]] | None = None,
    classes: Sequence[str] | None = None,
    encoder: TextEncoder | None = None,
    normaliser: Normaliser | None = None,
    read_in_network: bool = False,
    workers: int = 1,
    progress: Progress | None = None,
    cache: FeatureCache | None = None,
) -> FeatureSet:
    """Features of every row of a corpus: train, dev and test together, then `select`.

    Parameters
    ----------
    settings : those of `normaliser` by default.
    voices : speaker-scoped provenance by voice, `recipes.voices(corpus)`; needed where copies have a voice.
    classes : of a trained model; those of the corpus by default.
    encoder, normaliser : a trained model's; else what the settings name, and statistics of this corpus.
    read_in_network : leave hidden states out, for an encoder that is trained along.
    workers, cache : see `extract`.
    progress : called with (done, total) utterances; from the start again for those sent through voices.

    Raises
    ------
    CorpusError, FeatureError : in one sentence.
    """
    settings = settings or (normaliser.settings if normaliser else FeatureSettings())
    raw = extract(corpus, settings, workers, progress, cache)
    wanted = voices if voices and settings.normalise == "speaker" else {}
    changes = voice_changes(corpus, wanted, settings, workers, progress, cache) if wanted else {}
    normaliser = Normaliser.fit(corpus, raw, settings, changes, normaliser)
    statistics = tuple(normaliser.of(row) for row in corpus)
    if encoder is None and any(row.text.strip() for row in corpus):
        texts = [row.text for row in corpus if row.split == "train"]
        encoder = TextEncoder.load(settings.text_encoder, texts)
    in_network = read_in_network or (encoder is not None and encoder.trainable)
    classes = tuple(classes if classes is not None else corpus.labels)
    labels, shares = read_targets(corpus, classes)
    text = read_texts([row.text for row in corpus], encoder, settings.max_tokens, in_network, cache)
    return FeatureSet(
        ids=raw.ids,
        splits=tuple(row.split for row in corpus),
        copies=np.array([row.is_copy for row in corpus], bool),
        classes=classes,
        labels=labels,
        shares=shares,
        raw=raw,
        statistics=statistics,
        functionals=_normalised(normaliser, raw, statistics),
        text=text,
        normaliser=normaliser,
        encoder=encoder,
        notes=(*raw.notes, *_notes(corpus, text, settings), *(encoder.notes if encoder else ())),
    )


def features_of(
    samples: Sequence[Sample],
    normaliser: Normaliser,
    encoder: TextEncoder | None,
    classes: Sequence[str],
    statistics: Sequence[Statistics] | None = None,
    read_in_network: bool = False,
) -> FeatureSet:
    """Features of samples that belong to no corpus: to predict, or augmented on the fly. Nothing is cached.

    Parameters
    ----------
    statistics : of each sample (`normaliser.enrol`, `normaliser.of`); the corpus's by default.
    """
    from merhan.features.cache import FeatureCache

    settings = normaliser.settings
    raw = hear_samples(samples, settings)
    statistics = tuple(statistics or [normaliser.corpus] * len(samples))
    texts = [sample.text for sample in samples]
    in_network = read_in_network or (encoder is not None and encoder.trainable)
    return FeatureSet(
        ids=raw.ids,
        splits=("",) * len(samples),
        copies=np.zeros(len(samples), bool),
        classes=tuple(classes),
        labels=np.full(len(samples), UNKNOWN, np.int64),
        shares=None,
        raw=raw,
        statistics=statistics,
        functionals=_normalised(normaliser, raw, statistics),
        text=read_texts(texts, encoder, settings.max_tokens, in_network, FeatureCache(None)),
        normaliser=normaliser,
        encoder=encoder,
        notes=raw.notes,
    )


def _normalised(normaliser: Normaliser, raw: RawFeatures, statistics: Sequence[Statistics]) -> np.ndarray:
    """Functionals of each row, float32, 0 where there is no audio."""
    normalised = np.zeros_like(raw.functionals)
    for row in np.flatnonzero(raw.has_audio):
        normalised[row] = normaliser.functionals(raw.functionals[row], statistics[row])
    return normalised


def _notes(corpus: Corpus, text: TextRows, settings: FeatureSettings) -> list[str]:
    notes = []
    nameless = sum(1 for row in corpus if row.audio and not row.speaker)
    if settings.normalise == "speaker" and nameless:
        notes.append(
            f"Rows without a speaker ({nameless}) are measured against the corpus's mean and deviation."
        )
    full = sum(len(ids) >= settings.max_tokens for ids in text.ids)
    if full:
        notes.append(
            f"Texts are read up to features.max_tokens ({settings.max_tokens}); as long or longer: {full}."
        )
    return notes
