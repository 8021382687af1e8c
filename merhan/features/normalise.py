"""Whose mean and deviation a row's features are measured against.

Per-speaker normalisation is worth more than any loss (docs/evidence.md; Busso et al. 2011), as long as the
imbalance of a speaker's classes stays out of that speaker's mean and a pseudo-speaker has a mean of its own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from merhan.features.columns import frame_validity, functional_validity
from merhan.features.frames import VOICED
from merhan.features.moments import Moments, Scale
from merhan.features.settings import FeatureError, FeatureSettings
from merhan.features.speakers import CORPUS, Grouping, fit_scales, shrunk

if TYPE_CHECKING:
    from merhan.features.raw import Heard, RawFeatures
    from merhan.features.voices import Change
    from recipes.corpus import Corpus, Utterance

STATISTICS_FILE = "feature_statistics.safetensors"


@dataclass(frozen=True)
class Statistics:
    """Of one speaker, voice or corpus: the scale of frames and that of functionals."""

    frames: Scale
    functionals: Scale

    def shifted(self, change: Change) -> Statistics:
        """Those of a voice of this speaker: another mean, the same deviation."""
        return Statistics(self.frames.shifted(change.frames), self.functionals.shifted(change.functionals))


@dataclass(frozen=True)
class Normaliser:
    """Statistics of a corpus, its speakers and their voices, by `settings.normalise`.

    corpus : of the training originals. speakers : by (split, speaker); split "train" holds for the speaker's
    rows in every split. voices : by name, `KS0#2`; that of a nameless speaker is `#2`.
    """

    settings: FeatureSettings
    corpus: Statistics
    speakers: Mapping[tuple[str, str], Statistics] = field(default_factory=dict)
    voices: Mapping[str, Statistics] = field(default_factory=dict)

    @classmethod
    def fit(
        cls,
        corpus: Corpus,
        raw: RawFeatures,
        settings: FeatureSettings,
        changes: Mapping[str, Change] | None = None,
        learnt: Normaliser | None = None,
    ) -> Normaliser:
        """Statistics of a corpus.

        Parameters
        ----------
        corpus, raw : the rows and their features, in the same order; originals alone count.
        changes : what each voice changes (`voice_changes`).
        learnt : a trained model's normaliser: its corpus statistics are kept, and every speaker here is an
            unlabelled one, as the model never learnt from them.
        """
        who = Grouping.of(corpus, raw.has_audio, use_labels=learnt is None)
        frames = fit_scales(raw.frame_moments, who, settings.shrink, learnt and learnt.corpus.frames)
        functionals = fit_scales(
            raw.functional_moments(settings), who, settings.shrink, learnt and learnt.corpus.functionals
        )
        scales = {key: Statistics(_keep_voicing(frames[key]), functionals[key]) for key in frames}
        whole = scales.pop(CORPUS)
        found = cls(settings, whole, scales if settings.normalise == "speaker" else {})
        if settings.normalise != "speaker":
            return found
        voices = {
            name: found.of_speaker("train", name.rpartition("#")[0]).shifted(change)
            for name, change in (changes or {}).items()
        }
        return replace(found, voices=voices)

    def of_speaker(self, split: str, speaker: str) -> Statistics:
        """The speaker's own from training, else from that split, else the corpus's."""
        return self.speakers.get(("train", speaker)) or self.speakers.get((split, speaker)) or self.corpus

    def of(self, utterance: Utterance) -> Statistics:
        """What this row is measured against: its voice's, its speaker's, or the corpus's.

        Raises
        ------
        FeatureError : a copy's voice has no statistics here.
        """
        if self.settings.normalise == "speaker" and utterance.voice:
            if utterance.voice not in self.voices:
                raise FeatureError(
                    f'Copy "{utterance.id}" is in voice {utterance.voice}, which has no statistics: '
                    "pass recipes.voices(corpus) as voices."
                )
            return self.voices[utterance.voice]
        return self.of_speaker(utterance.split, utterance.speaker)

    def frames(self, frames: np.ndarray, statistics: Statistics | None = None) -> np.ndarray:
        """Normalised frames (frames, FRAME_DIM), float32: F0 is 0 where unvoiced, voicing as it was."""
        valid, mode = frame_validity(frames), self.settings.normalise
        if mode == "none":
            return frames.astype(np.float32)
        if mode == "utterance":
            own = Moments.of(frames, valid).pooled()
            return _keep_voicing(Scale.filled(own.mean, own.deviation))(frames, valid)
        return (statistics or self.corpus).frames(frames, valid)

    def functionals(self, functionals: np.ndarray, statistics: Statistics | None = None) -> np.ndarray:
        """Normalised functionals (…, FUNCTIONAL_DIM), float32; those of F0 are 0 where nothing is voiced.

        One vector has no deviation of its own: normalised by utterance, it is measured against the corpus.
        """
        if self.settings.normalise == "none":
            return functionals.astype(np.float32)
        valid = functional_validity(functionals, self.settings)
        return (statistics or self.corpus).functionals(functionals, valid)

    def enrol(self, heard: Sequence[Heard]) -> Statistics:
        """Statistics of a speaker from utterances without labels, shrunk; the corpus's from none."""
        if not heard:
            return self.corpus
        each = (Moments.of(h.frames, frame_validity(h.frames)).pooled() for h in heard)
        frames = Moments.stack(each, len(self.corpus.frames.mean))
        vectors = np.stack([h.functionals for h in heard])
        functionals = Moments.of(vectors, functional_validity(vectors, self.settings))
        scales = (
            shrunk(m.pooled().mean, m.pooled().deviation, whole, len(heard), self.settings.shrink)
            for m, whole in ((frames, self.corpus.frames), (functionals, self.corpus.functionals))
        )
        of_frames, of_functionals = scales
        return Statistics(_keep_voicing(of_frames), of_functionals)

    def save(self, folder: Path) -> None:
        """Write the corpus's statistics and the settings; never a speaker's or a voice's."""
        from safetensors.numpy import save_file

        tables = {
            f"{table}.{name}": getattr(getattr(self.corpus, table), name)
            for table in ("frames", "functionals")
            for name in ("mean", "deviation")
        }
        metadata = {"settings": self.settings.model_dump_json()}
        save_file(tables, Path(folder) / STATISTICS_FILE, metadata=metadata)

    @classmethod
    def load(cls, folder: Path) -> Normaliser:
        """What `save` wrote."""
        from safetensors import safe_open

        with safe_open(Path(folder) / STATISTICS_FILE, "numpy") as file:
            settings = FeatureSettings.model_validate_json(file.metadata()["settings"])
            scales = (
                Scale(file.get_tensor(f"{table}.mean"), file.get_tensor(f"{table}.deviation"))
                for table in ("frames", "functionals")
            )
            return cls(settings, Statistics(*scales))


def _keep_voicing(scale: Scale) -> Scale:
    """The voicing flag stays what it is."""
    mean, deviation = scale.mean.copy(), scale.deviation.copy()
    mean[VOICED], deviation[VOICED] = 0.0, 1.0
    return Scale(mean, deviation)
