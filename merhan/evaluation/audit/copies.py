"""Copies made only to be judged: functionals of sound, mean states of text. None is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

import numpy as np

from augment.adapters import is_adapter
from augment.chain import Chain, Sample
from augment.containers import transforms_in
from augment.randomness import generator
from augment.text.models.answers import Answers, Unanswered, answer, noting, use
from merhan.features.cache import FeatureCache, content_key
from merhan.features.extract import Job, Progress, hear
from merhan.features.functionals import functional_names
from merhan.features.settings import FeatureError, FeatureSettings
from merhan.features.textrows import read_texts
from recipes.pool import pool_of

if TYPE_CHECKING:
    from augment.pairs.pool import Pool
    from merhan.features.text import TextEncoder
    from recipes.corpus import Corpus, Utterance


Key = tuple[str, int | str, int]  # of a making: the step, which strength or class, which voice


@dataclass(frozen=True)
class Making:
    """How a copy is made: what runs, in turn, and which of its speaker's voices speaks (from 1)."""

    chains: tuple[Chain, ...]
    voice: int = 1

    @property
    def needs_pool(self) -> bool:
        return any(step.needs_pool for chain in self.chains for step in chain.steps)

    @property
    def self_contained(self) -> bool:
        """Whether original, steps and seed are all that a copy depends on: no other utterances, no recordings."""
        steps = [step for chain in self.chains for step in transforms_in(chain.steps)]
        return not any(
            step.needs_pool or getattr(step, "folder", None) or is_adapter(step.name) for step in steps
        )


@dataclass(frozen=True)
class _Task:
    """All copies of one original that belong to one step."""

    job: Job
    id: str
    speaker: str
    makings: tuple[Making, ...]

    def key(self, settings: FeatureSettings, seed: int) -> str | None:
        """None where the copies depend on other utterances or recordings too."""
        if not all(making.self_contained for making in self.makings):
            return None
        makings = [[[repr(chain.steps) for chain in making.chains], making.voice] for making in self.makings]
        made = [self.job.key(settings), self.id, self.speaker, seed, makings]
        return content_key("audit", _version(), made)


def hear_copies(
    corpus: Corpus,
    wanted: Iterable[tuple[int, Key]],
    makings: Mapping[Key, Making],
    settings: FeatureSettings,
    seed: int = 0,
    workers: int = 1,
    progress: Progress | None = None,
    cache: FeatureCache | None = None,
) -> dict[tuple[int, Key], np.ndarray]:
    """Unnormalised functionals of copies, float32 (FUNCTIONAL_DIM,), NaN where a copy has no sound left to hear.

    Every strength of a step draws from the same numbers, so that nothing but the strength differs.

    Parameters
    ----------
    wanted : the position of a row, and the key of what is to be made of it.
    progress : called with (done, total) copies. cache : the user's by default; copies are kept by content.

    Raises
    ------
    CorpusError : audio that can't be read.
    """
    from recipes.engines.local import run

    cache = FeatureCache.default() if cache is None else cache
    groups: dict[tuple[int, str], list[Key]] = {}
    for row, key in dict.fromkeys(wanted):
        groups.setdefault((row, key[0]), []).append(key)
    rows, found = list(corpus), {}
    todo: list[tuple[str | None, _Task, list[tuple[int, Key]]]] = []
    for (row, _), keys in groups.items():
        job, chosen = Job.of(corpus, rows[row]), tuple(makings[key] for key in keys)
        task = _Task(job, rows[row].id, rows[row].speaker, chosen)
        place = task.key(settings, seed)
        kept = None if place is None else cache.get(place)
        if kept is None:
            todo.append((place, task, [(row, key) for key in keys]))
        else:
            found.update(zip([(row, key) for key in keys], kept["copies"], strict=True))
    total = len(found) + sum(len(names) for _, _, names in todo)
    pool = pool_of(corpus) if any(making.needs_pool for making in makings.values()) else None
    work = partial(_heard, settings=settings, seed=seed, pool=pool)
    processes = workers if len(todo) >= 2 * workers else 1
    with closing(run(work, [task for _, task, _ in todo], processes)) as finished:
        for number, vectors in finished:
            place, _, names = todo[number]
            if place is not None:
                cache.put(place, {"copies": vectors})
            found.update(zip(names, vectors, strict=True))
            if progress:
                progress(len(found), total)
    return found


def read_copies(
    rows: Sequence[Utterance],
    chains: Sequence[Chain],
    encoder: TextEncoder,
    settings: FeatureSettings,
    seed: int = 0,
    cache: FeatureCache | None = None,
) -> np.ndarray:
    """Mean states of the copies of each row by each chain, float32 (chains, rows, hidden).

    NaN where the words could not be changed.
    """
    cache = FeatureCache.default() if cache is None else cache
    texts = _written(rows, chains, seed)
    key = content_key("audit", encoder.fingerprint, settings.max_tokens, texts)
    kept = cache.get(key)
    if kept is None:
        flat = [text for made in texts for text in made]
        read = read_texts(flat, encoder, settings.max_tokens, cache=FeatureCache(None))
        means = np.where(read.has_text[:, None], read.mean, np.nan).astype(np.float32)
        kept = {"copies": means.reshape(len(chains), len(rows), -1)}
        cache.put(key, kept)
    return kept["copies"]


def _version() -> str:
    """What a transform does to sound may change with it."""
    try:
        return version("merhan-balance")
    except PackageNotFoundError:  # run from a folder, not installed
        return ""


def _written(rows: Sequence[Utterance], chains: Sequence[Chain], seed: int) -> list[list[str]]:
    """The copies' texts, "" where a text is the original's; language models are asked in batches, round by round."""
    texts = [[""] * len(rows) for _ in chains]
    waiting = [(number, at) for number in range(len(chains)) for at in range(len(rows))]
    answers = Answers()
    before = use(answers)
    try:
        while waiting:
            asked = []
            with noting() as notes:
                for number, at in waiting:
                    row = rows[at]
                    source, own = Sample(row.id, None, row.text), generator(seed, row.id, stream="audit")
                    try:
                        drawn, _ = chains[number](source, own)
                    except Unanswered:
                        asked.append((number, at))
                        continue
                    texts[number][at] = "" if drawn.text == row.text else drawn.text or ""
            answer(notes, answers)
            waiting = asked
    finally:
        use(before)
        answers.close()
    return texts


def _heard(task: _Task, settings: FeatureSettings, seed: int, pool: Pool | None) -> np.ndarray:
    from augment.audio.files import AudioError, read_audio
    from augment.pairs.pool import PartnerError
    from recipes.errors import CorpusError

    try:
        audio = read_audio(task.job.path, task.job.start, task.job.end)
    except (AudioError, OSError) as error:
        raise CorpusError(f"{task.job.where}: {error}") from error
    source, vectors = Sample(task.id, audio, None), []
    for making in task.makings:
        own = generator(seed, task.id, copy=making.voice, stream="audit")
        voice = generator(seed, task.speaker, copy=making.voice, stream="voice")
        drawn = source
        try:
            for chain in making.chains:
                drawn, _ = chain(drawn, own, voice, pool)
            vectors.append(hear(drawn.audio, settings).functionals)
        except (FeatureError, PartnerError):
            vectors.append(None)
    nothing = np.full(len(functional_names(settings)), np.nan, np.float32)
    return np.stack([nothing if vector is None else vector for vector in vectors])
