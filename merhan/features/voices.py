"""What a pseudo-speaker's voice changes: the statistics of a person that nobody recorded.

A copy made by a draw that holds for a whole voice is measured against that voice's own mean; against its
source's, a shift of pitch would be read as an emotion (docs/evidence.md, "Pseudo-speakers").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from merhan.features.cache import FeatureCache, content_key
from merhan.features.columns import frame_validity, functional_validity
from merhan.features.extract import Job, Progress, hear_all
from merhan.features.frames import VOICED, frame_names
from merhan.features.functionals import functional_names
from merhan.features.moments import Moments, mean_of
from merhan.features.raw import Heard
from merhan.features.settings import FeatureSettings

if TYPE_CHECKING:
    from recipes.corpus import Corpus, Utterance

ORIGINALS = 24  # of a speaker, that a voice's mean is taken from


@dataclass(frozen=True)
class Change:
    """What a voice adds to its speaker's mean: float64 (FRAME_DIM,) and (FUNCTIONAL_DIM,)."""

    frames: np.ndarray
    functionals: np.ndarray


def voice_changes(
    corpus: Corpus,
    voices: Mapping[str, Sequence[dict[str, Any]]],
    settings: FeatureSettings,
    workers: int = 1,
    progress: Progress | None = None,
    cache: FeatureCache | None = None,
) -> dict[str, Change]:
    """The mean, over up to 24 of a speaker's training originals, of what a voice does to the features.

    Parameters
    ----------
    voices : speaker-scoped provenance by voice (`recipes.voices(corpus)`); `KS0#2` is the second of speaker
        KS0, `#2` of those whose speaker nobody knows.
    progress : called with (done, total) utterances sent through a voice.
    """
    cache = FeatureCache.default() if cache is None else cache
    originals = {voice: deal(training_originals(corpus, voice.rpartition("#")[0])) for voice in voices}
    jobs = {voice: [Job.of(corpus, u, voices[voice]) for u in originals[voice]] for voice in voices}
    keys = {voice: content_key("voice", [job.key(settings) for job in jobs[voice]]) for voice in voices}
    kept = {voice: cache.get(key) for voice, key in keys.items()}
    new = sorted(voice for voice in voices if kept[voice] is None)
    # Only what they change is kept of altered utterances. One call, so that there is one pool of workers.
    todo = [job for voice in new for job in jobs[voice]]
    altered = iter(hear_all(todo, settings, workers, progress, FeatureCache(None)))
    for voice in new:
        plain = hear_all([Job.of(corpus, u) for u in originals[voice]], settings, cache=cache)
        kept[voice] = _differences(plain, [next(altered) for _ in plain], settings)
        cache.put(keys[voice], kept[voice])
    return {voice: Change(arrays["frames"], arrays["functionals"]) for voice, arrays in kept.items()}


def training_originals(corpus: Corpus, speaker: str) -> list[Utterance]:
    """The speaker's originals in train that have audio."""
    return [u for u in corpus if u.split == "train" and u.speaker == speaker and u.audio and not u.is_copy]


def deal(utterances: Sequence[Utterance], most: int = ORIGINALS) -> list[Utterance]:
    """Up to `most` utterances: the first by id of each class in turn, then the second, and so on."""
    by_class: dict[str, list[Utterance]] = {}
    for utterance in sorted(utterances, key=lambda u: u.id):
        by_class.setdefault(utterance.hard_label, []).append(utterance)
    longest = max(map(len, by_class.values()), default=0)
    rounds = (by_class[name][turn : turn + 1] for turn in range(longest) for name in sorted(by_class))
    return [utterance for dealt in rounds for utterance in dealt][:most]


def functional_change(before: np.ndarray, after: np.ndarray, settings: FeatureSettings) -> np.ndarray:
    """Mean over utterances of (after - before), float64 (FUNCTIONAL_DIM,), where both are there; 0 where never.

    Parameters
    ----------
    before, after : unnormalised functionals of the same utterances, (utterances, FUNCTIONAL_DIM).
    """
    there = functional_validity(before, settings) & functional_validity(after, settings)
    return _mean(
        list(np.where(there, after.astype(np.float64) - before, np.nan)), len(functional_names(settings))
    )


def _differences(
    before: Sequence[Heard], after: Sequence[Heard], settings: FeatureSettings
) -> dict[str, np.ndarray]:
    """Mean over utterances of (after - before), where both are there; 0 where that is never."""
    frames = [_mean_frame(b) - _mean_frame(a) for a, b in zip(before, after, strict=True)]
    change = _mean(frames, len(frame_names(settings)))
    change[VOICED] = 0.0  # the flag is left alone
    columns = len(functional_names(settings))
    plain, altered = (
        np.array([heard.functionals for heard in side]).reshape(-1, columns) for side in (before, after)
    )
    return {"frames": change, "functionals": functional_change(plain, altered, settings)}


def _mean_frame(heard: Heard) -> np.ndarray:
    return Moments.of(heard.frames, frame_validity(heard.frames)).pooled().mean


def _mean(rows: list[np.ndarray], columns: int) -> np.ndarray:
    return np.nan_to_num(mean_of(rows), nan=0.0) if rows else np.zeros(columns)
