"""The features of a corpus as training sees them: one set, and its splits."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from merhan.features.featureset import FeatureSet, build_features
from merhan.features.settings import FeatureSettings
from merhan.model.settings import ModelSettings
from recipes import Corpus, voices

if TYPE_CHECKING:
    from merhan.training.run import Job, Reporter


@dataclass(frozen=True)
class Views:
    """A balanced corpus, its features, and the settings they were made for."""

    corpus: Corpus
    features: FeatureSet
    model_settings: ModelSettings

    @cached_property
    def train(self) -> FeatureSet:
        """Originals and copies."""
        return self.features.select("train")

    @cached_property
    def dev(self) -> FeatureSet:
        """What training stops on."""
        return self.features.select("dev")

    @cached_property
    def test(self) -> FeatureSet | None:
        """None where the corpus has no test split."""
        return self.features.select("test") if len(self.features.rows("test")) else None

    @cached_property
    def train_corpus(self) -> Corpus:
        """The rows of `train`."""
        return self.corpus.select("train")

    @property
    def learnt(self) -> FeatureSet:
        """The originals of `train`."""
        return self.train.select(np.flatnonzero(~self.train.copies))

    @property
    def originals(self) -> int:
        """How many training rows are originals: the length of an epoch."""
        return sum(not u.is_copy for u in self.train_corpus)


def make_views(corpus: Corpus, job: Job, say: Reporter) -> Views:
    """Features of every row; what was heard before comes from the cache."""
    settings = FeatureSettings.model_validate(job.recipe.features)
    model_settings = ModelSettings.model_validate(job.recipe.model)
    with say.progress("features") as progress:
        features = build_features(
            corpus,
            settings,
            voices=voices(corpus),
            read_in_network=not model_settings.freeze_text_encoder,
            workers=job.workers,
            progress=progress,
        )
    if features.encoder and features.encoder.trainable and model_settings.freeze_text_encoder:
        # An encoder that has learnt nothing yet has to be trained: hidden states of it are noise.
        model_settings = model_settings.model_copy(update={"freeze_text_encoder": False})
        features = build_features(
            corpus, settings, voices=voices(corpus), encoder=features.encoder, read_in_network=True
        )
    for note in features.notes:
        say.note(note)
    return Views(corpus, features, model_settings)
