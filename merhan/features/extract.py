"""From audio files to unnormalised features, once for each content."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from merhan.features.cache import FeatureCache, content_key
from merhan.features.frames import frame_features, strided
from merhan.features.functionals import functionals
from merhan.features.raw import Heard, RawFeatures
from merhan.features.settings import FeatureError, FeatureSettings

if TYPE_CHECKING:
    from augment import Audio, Sample
    from recipes.corpus import Corpus, Utterance

Progress = Callable[[int, int], None]  # done, total


@dataclass(frozen=True)
class Job:
    """One sound to hear: a file, or a part of it (seconds), sent through `steps` (provenance) first.

    `where` names the row for errors; `digest` is that of the file's bytes.
    """

    path: str
    start: float | None
    end: float | None
    where: str
    digest: str
    steps: tuple[dict[str, Any], ...] = ()

    @classmethod
    def of(cls, corpus: Corpus, utterance: Utterance, steps: Sequence[dict[str, Any]] = ()) -> Job:
        """Of a row that has audio."""
        from recipes.corpus.content import file_digest

        path = corpus.audio_path(utterance)
        where = corpus.where(utterance)
        return cls(str(path), utterance.start, utterance.end, where, file_digest(path), tuple(steps))

    def key(self, settings: FeatureSettings) -> str:
        """What the features of this job depend on."""
        names = ("mfcc", "mels", "f0_min", "f0_max", "stride", "max_seconds")
        chosen = [getattr(settings, name) for name in names]
        return content_key("heard", self.digest, self.start, self.end, list(self.steps), chosen)


def extract(
    corpus: Corpus,
    settings: FeatureSettings,
    workers: int = 1,
    progress: Progress | None = None,
    cache: FeatureCache | None = None,
) -> RawFeatures:
    """Features of every row that has audio; those heard before come from the cache.

    Parameters
    ----------
    workers : processes that hear what is not cached; 1 stays in this one.
    progress : called with (done, total) rows.
    cache : the user's by default; `FeatureCache(None)` keeps nothing.

    Raises
    ------
    CorpusError : audio that can't be read, or holds no sound; it names the row.
    """
    heard: list[Heard | None] = [None] * len(corpus)
    spoken = [(position, Job.of(corpus, row)) for position, row in enumerate(corpus) if row.audio]
    found = hear_all([job for _, job in spoken], settings, workers, progress, cache)
    for (position, _), features in zip(spoken, found, strict=True):
        heard[position] = features
    return RawFeatures.gathered([row.id for row in corpus], heard, settings)


def hear_samples(samples: Sequence[Sample], settings: FeatureSettings) -> RawFeatures:
    """Features of samples in memory, without the cache; those without audio have none."""
    heard = [None if sample.audio is None else hear(sample.audio, settings) for sample in samples]
    return RawFeatures.gathered([sample.id for sample in samples], heard, settings)


def hear(audio: Audio, settings: FeatureSettings) -> Heard:
    """Features of one sound, as the cache holds them.

    Raises
    ------
    FeatureError : no samples, or samples that are not finite.
    """
    every = frame_features(audio.samples, audio.rate, settings)
    vector = functionals(every, settings, audio.duration)
    return Heard(strided(every, settings.stride).astype(np.float16), vector, audio.duration)


def hear_all(
    jobs: Sequence[Job],
    settings: FeatureSettings,
    workers: int = 1,
    progress: Progress | None = None,
    cache: FeatureCache | None = None,
) -> list[Heard]:
    """Features of each job, in order; the same job twice is heard once."""
    cache = FeatureCache.default() if cache is None else cache
    keys = [job.key(settings) for job in jobs]
    found = {key: kept for key in dict.fromkeys(keys) if (kept := _kept(cache, key)) is not None}
    missing = {key: job for key, job in zip(keys, jobs, strict=True) if key not in found}
    done, total = len(jobs) - len(missing), len(jobs)
    if progress:
        progress(done, total)
    wanted = list(missing)
    with closing(_run(list(missing.values()), settings, workers)) as finished:
        for place, heard in finished:
            seconds = np.array([heard.seconds])
            arrays = {"frames": heard.frames, "functionals": heard.functionals, "seconds": seconds}
            cache.put(wanted[place], arrays)
            found[wanted[place]], done = heard, done + 1
            if progress:
                progress(done, total)
    return [found[key] for key in keys]


def _kept(cache: FeatureCache, key: str) -> Heard | None:
    arrays = cache.get(key)
    if arrays is None or set(arrays) != {"frames", "functionals", "seconds"}:
        return None
    return Heard(arrays["frames"], arrays["functionals"], float(arrays["seconds"][0]))


def _run(jobs: Sequence[Job], settings: FeatureSettings, workers: int) -> Iterator[tuple[int, Heard]]:
    """Each job's place and features as soon as they are there; one thread a worker."""
    from functools import partial

    from recipes.engines.local import run

    if not jobs:
        return
    yield from run(partial(_do, settings=settings), jobs, workers if len(jobs) >= 2 * workers else 1)


def _do(job: Job, settings: FeatureSettings) -> Heard:
    from augment.audio.files import AudioError, read_audio
    from recipes.errors import CorpusError

    try:
        audio = read_audio(job.path, job.start, job.end)
        return hear(_sent_through(audio, job.steps) if job.steps else audio, settings)
    except (AudioError, FeatureError, OSError) as error:
        raise CorpusError(f"{job.where}: {error}") from error


def _sent_through(audio: Audio, steps: Sequence[dict[str, Any]]) -> Audio:
    from augment import Sample, replay

    return replay(Sample("", audio, None), list(steps)).audio
