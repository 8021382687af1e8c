"""The audit of the steps that change sound, or join it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from augment.chain import Chain
from merhan.evaluation.audit.bench import Bench, Side, weak
from merhan.evaluation.audit.copies import Key, Making, hear_copies
from merhan.evaluation.audit.judge import Judge, audio_judge
from merhan.evaluation.audit.ladder import axes_of, ladder
from merhan.evaluation.audit.results import Height, Measured, StepAudit
from merhan.evaluation.audit.steps import Step
from merhan.features.extract import extract
from merhan.features.voices import deal, functional_change, training_originals
from recipes.chains import build_chains, ranks

VOICES = 4  # of a speaker, heard where the recipe is judged as a whole
WHOLE = ""  # the key of the audio chain as it is


def audit_sound(bench: Bench, steps: Sequence[Step]) -> Side:
    """Every step at every strength, and the audio chain as it is; nothing where no row has audio."""
    if not steps or not any(row.audio for row in bench.corpus):
        return Side()
    raw = extract(bench.corpus, bench.settings, bench.workers, bench.progress, bench.cache)
    judge = audio_judge(bench.corpus, bench.fold, raw, bench.settings)
    copied = bench.sample(judge)
    makings: dict[Key, Making] = {}
    plans = {step.key: list(_of_step(bench, step, copied, makings)) for step in steps}
    whole = _of_whole(bench, copied, makings)
    dealt = _dealt(bench)
    wanted = [
        want
        for strengths in (*plans.values(), [whole])
        for copies in strengths
        for want in copies.wanted(judge, dealt)
    ]
    heard = hear_copies(
        bench.corpus,
        wanted,
        makings,
        bench.settings,
        bench.seed,
        bench.workers,
        bench.progress,
        bench.cache,
    )

    def measured(copies: _Copies) -> Measured:
        vectors = np.stack([heard[want] for want in zip(copies.rows, copies.keys, strict=True)])
        changes = copies.changes(bench, judge, dealt, raw.functionals, heard)
        return bench.measure(judge, np.array(copies.rows, int), vectors, changes)

    reference = bench.reference(judge, copied)
    reason = weak(reference, "audio")
    found = {}
    for step in steps:
        heights = tuple(
            Height(rung, measured(copies))
            for rung, copies in zip(ladder(step.transform), plans[step.key], strict=True)
        )
        found[step.key] = StepAudit(step, tuple(axes_of(step.transform)), heights, reason)
    return Side(reference, found, measured(whole), raw.notes)


@dataclass(frozen=True)
class _Copies:
    """Copies at one strength: of each row the key of what is made, and of its voice's steps; "" voices: none."""

    rows: Sequence[int]
    keys: Sequence[Key]
    voices: Sequence[Key] | None

    def wanted(self, judge: Judge, dealt: dict[str, list[int]]) -> Iterator[tuple[int, Key]]:
        """All that has to be heard: the copies, and what their voices are measured by."""
        yield from zip(self.rows, self.keys, strict=True)
        for row, voice in zip(self.rows, self.voices or (), strict=bool(self.voices)):
            yield from ((other, voice) for other in dealt[judge.speakers[row]])

    def changes(
        self,
        bench: Bench,
        judge: Judge,
        dealt: dict[str, list[int]],
        plain: np.ndarray,
        heard: dict[tuple[int, Key], np.ndarray],
    ) -> np.ndarray | None:
        """What the voice of each copy adds to its speaker's mean, (copies, FUNCTIONAL_DIM)."""
        if self.voices is None:
            return None
        by_voice: dict[tuple[str, Key], np.ndarray] = {}
        for row, voice in zip(self.rows, self.voices, strict=True):
            speaker = judge.speakers[row]
            if (speaker, voice) not in by_voice:
                rows = dealt[speaker]
                altered = np.stack([heard[other, voice] for other in rows])
                by_voice[speaker, voice] = functional_change(plain[rows], altered, bench.settings)
        return np.stack(
            [by_voice[judge.speakers[row], voice] for row, voice in zip(self.rows, self.voices, strict=True)]
        )


def _of_step(bench: Bench, step: Step, copied: np.ndarray, makings: dict[Key, Making]) -> Iterator[_Copies]:
    """Its copies at each rung; one voice a speaker, whose statistics follow."""
    rows = bench.chosen(step, copied).tolist()
    voiced = step.voiced and bench.settings.normalise == "speaker"
    for number, rung in enumerate(ladder(step.transform)):
        key = (step.key, number, 1)
        makings[key] = Making((Chain([rung.transform]),))
        yield _Copies(rows, [key] * len(rows), [key] * len(rows) if voiced else None)


def _of_whole(bench: Bench, copied: np.ndarray, makings: dict[Key, Making]) -> _Copies:
    """Copies as the recipe makes them, in the first of their voices."""
    corpus, recipe = list(bench.corpus), bench.recipe
    rank = ranks(corpus)
    common = build_chains(recipe)
    voiced = common.voiced and bench.settings.normalise == "speaker"
    rows, keys, voices = [], [], []
    for at in copied.tolist():
        row = corpus[at]
        chains = build_chains(recipe, row.hard_label)
        running = tuple(chain for chain in (chains.pairs, chains.audio) if chain is not None)
        if not running:
            continue
        voice = rank[row.id] % min(VOICES, recipe.augment.voices) + 1
        key, spoken = (WHOLE, row.hard_label, voice), (WHOLE, "", voice)
        makings.setdefault(key, Making(running, voice))
        rows.append(at)
        keys.append(key)
        if voiced:
            steps = [step for step in common.audio.steps if step.scope == "speaker"]
            makings.setdefault(spoken, Making((Chain(steps),), voice))
            voices.append(spoken)
    return _Copies(rows, keys, voices if voiced else None)


def _dealt(bench: Bench) -> dict[str, list[int]]:
    """The originals that each speaker's voices are measured by, as in training."""
    place = {row.id: at for at, row in enumerate(bench.corpus)}
    speakers = {row.speaker for row in bench.corpus if row.audio}
    return {
        speaker: [place[row.id] for row in deal(training_originals(bench.corpus, speaker))]
        for speaker in speakers
    }
