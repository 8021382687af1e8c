"""Several steps on one sample, what was done, and doing it again.

`Chain` draws; what it drew, the provenance, goes through the same functions as a replay.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.random import Generator

from augment.containers import OneOf, SomeOf, changes_length, check_step, joins, running
from augment.parameters import ParameterError, plain, settings_of
from augment.randomness import child
from augment.text.protect import DEFAULT_PROTECT
from augment.text.tokens import tokenise
from augment.transform import (
    VOICE_INFO,
    Audio,
    AudioInfo,
    Transform,
    find_transform,
    with_pool,
)

if TYPE_CHECKING:
    from augment.pairs.pool import Partners, Pool

__all__ = ["Chain", "OneOf", "Sample", "SomeOf", "replay"]

# {"name", "scope", "settings", "params"} of each step that ran, plain JSON; of a text step "matches_sound" too,
# whether the words would be read out after it as before it. A replay needs only the four.
Provenance = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Sample:
    """One utterance: `audio` or `text` may be missing."""

    id: str
    audio: Audio | None
    text: str | None


@dataclass(frozen=True)
class Chain:
    """Run `steps` in their order: transforms, OneOf, SomeOf.

    Every step has a generator of its own, and its `p` is always drawn: switching one off, or a sample that
    lacks its modality, leaves the others as they were. Neighbouring pitch shifts and time stretches run as
    one pass. Steps that join utterances (`copy_paste`) come first: what they make is what the others work on.
    After the audio steps, samples are clipped to [-1, 1].

    Parameters
    ----------
    steps : in the order in which they run.
    protect : which kinds of words the text steps must leave alone; the whole list.

    Raises
    ------
    ParameterError : for what is no step, and for a step with scope "speaker" after one that changes duration
        by utterance: what a voice does must not depend on an utterance. For one that joins utterances after
        one that does not.
    """

    steps: Sequence[Transform] = ()
    protect: Sequence[str] = DEFAULT_PROTECT

    def __post_init__(self) -> None:
        object.__setattr__(self, "steps", tuple(self.steps))
        object.__setattr__(self, "protect", tuple(self.protect))
        changed_by = before = None
        for step in self.steps:
            check_step(step)
            if joins(step):
                if before:
                    raise ParameterError("steps", f"{step.name} joins utterances; put it before {before}")
                continue
            before = step.name
            if step.scope == "speaker" and changed_by:
                raise ParameterError(
                    "scope",
                    f"{step.name} is drawn once a speaker, but {changed_by} before it changes duration "
                    f"for each utterance; put {step.name} first",
                )
            if step.scope == "utterance" and changes_length(step):
                changed_by = step.name

    def __call__(
        self,
        sample: Sample,
        rng: Generator,
        voice_rng: Generator | None = None,
        pool: Pool | None = None,
    ) -> tuple[Sample, Provenance]:
        """Draw and run every step.

        Parameters
        ----------
        sample : the utterance; never written to.
        rng : `augment.generator(seed, id, copy, epoch, attempt)`.
        voice_rng : `augment.generator(seed, speaker, copy=voice, stream="voice")`, for steps with scope
            "speaker"; without it they draw from `rng`.
        pool : other training utterances, for steps that take some (`needs_pool`); the sample's own id names
            it among them.

        Returns
        -------
        sample : changed.
        provenance : what `replay` needs to do it again, plain JSON; for text also whether it matches the sound.

        Raises
        ------
        ParameterError : a step needs a pool, and there is none.
        """
        done: list[_Drawn] = []
        others = None if pool is None else pool.around(sample.id)
        info = _info(sample.audio)
        text = sample.text
        for step in self.steps:
            spoken = step.scope == "speaker"
            own = child(voice_rng if spoken and voice_rng is not None else rng)
            for transform, drawing in running(step, own):
                heard = None
                if transform.modality == "pairs":
                    drawn = transform.draw(drawing, info, bool(text), **with_pool(transform, others))
                    params = plain(drawn)
                    sample = transform.apply(sample, **params, **with_pool(transform, others))
                    info, text = _info(sample.audio), sample.text
                elif transform.modality == "audio" and info is not None:
                    seen = VOICE_INFO if spoken else info
                    params = plain(transform.draw(drawing, seen, **with_pool(transform, others)))
                    info = transform.info_after(info, params)
                elif transform.modality == "text" and text:
                    words = tokenise(text, self.protect, language=transform.language)
                    params = plain(transform.draw(drawing, words))
                    before, text = (
                        text,
                        transform.apply(text, **params),
                    )  # the next step sees the words there now
                    heard = transform.says_same or text == before
                else:
                    continue
                done.append(_Drawn(transform, step.scope, params, heard))
        changed = replace(sample, audio=_apply_audio(sample.audio, done, others), text=text)
        return changed, [drawn.record() for drawn in done]

    def many(
        self, samples: Sequence[Sample], rngs: Sequence[Generator], pool: Pool | None = None
    ) -> list[tuple[Sample, Provenance]]:
        """As calling with each sample and its generator; language models are asked for all samples together.

        Without steps that ask a model there is nothing to gain.

        Raises
        ------
        Unavailable : a model can't be loaded.
        """
        from augment.text.models.answers import together

        # A call that has to wait for an answer is made again, from the generator as it was.
        return together(
            [partial(_anew, self, sample, rng, pool) for sample, rng in zip(samples, rngs, strict=True)]
        )

    def draw_voice(self, voice_rng: Generator) -> Provenance:
        """The provenance of the speaker-scoped audio steps alone: what makes a voice, without a sample."""
        return [
            _Drawn(transform, "speaker", plain(transform.draw(drawing, VOICE_INFO))).record()
            for step in self.steps
            if step.scope == "speaker"
            for transform, drawing in running(step, child(voice_rng))
            if transform.modality == "audio"
        ]


def replay(sample: Sample, provenance: Sequence[Mapping[str, Any]], pool: Pool | None = None) -> Sample:
    """Do what was done again: the same sample and provenance give the same bytes, without the recipe.

    Parameters
    ----------
    pool : with the utterances that took part (`augment.pairs.partners(provenance)`), where any did.

    Raises
    ------
    ParameterError : for a transform that is not known here, or params that do not fit the sample; partners
        that `pool` lacks.
    """
    others = None if pool is None else pool.around(sample.id)
    done = [
        _Drawn(find_transform(entry["name"])(**entry["settings"]), entry["scope"], entry["params"])
        for entry in provenance
    ]
    for transform, _, params, _ in done:
        if transform.modality == "pairs":
            sample = transform.apply(sample, **params, **with_pool(transform, others))
    text = sample.text
    for transform, _, params, _ in done:
        if transform.modality == "text" and text:
            text = transform.apply(text, **params)
    return replace(sample, audio=_apply_audio(sample.audio, done, others), text=text)


def _anew(chain: Chain, sample: Sample, rng: Generator, pool: Pool | None) -> tuple[Sample, Provenance]:
    return chain(sample, deepcopy(rng), pool=pool)


class _Drawn(NamedTuple):
    """A transform with what it drew."""

    transform: Transform
    scope: str
    params: dict[str, Any]
    matches_sound: bool | None = None  # of a text step: the words that it left are those that are heard

    def record(self) -> dict[str, Any]:
        settings = plain(settings_of(self.transform))
        done = {"name": self.transform.name, "scope": self.scope, "settings": settings, "params": self.params}
        return done if self.matches_sound is None else {**done, "matches_sound": self.matches_sound}


def _info(audio: Audio | None) -> AudioInfo | None:
    return None if audio is None else AudioInfo(audio.rate, audio.duration)


def _apply_audio(audio: Audio | None, done: Sequence[_Drawn], others: Partners | None) -> Audio | None:
    steps = [drawn for drawn in done if drawn.transform.modality == "audio"]
    if audio is None or not steps:
        return audio
    position = 0
    while position < len(steps):
        here, after = steps[position], steps[position + 1 : position + 2]
        if after and _are_one(here.transform, after[0].transform):
            audio = _one_pass(audio, here, after[0])
            position += 2
        else:
            around = with_pool(here.transform, others, here.params)
            audio = here.transform.apply(audio, **here.params, **around)
            position += 1
    return replace(audio, samples=np.clip(audio.samples, -1, 1))


def _are_one(one: Transform, other: Transform) -> bool:
    """A pitch shift and a time stretch, in either order, both by our engine."""
    pair = (one, other)
    if {transform.name for transform in pair} != {"pitch_shift", "time_stretch"}:
        return False
    return all(transform.engine == "wsola" for transform in pair)


def _one_pass(audio: Audio, one: _Drawn, other: _Drawn) -> Audio:
    from augment.audio.kernels.one_pass import stretch_and_shift

    pitch, tempo = (one, other) if one.transform.name == "pitch_shift" else (other, one)
    samples = stretch_and_shift(
        audio.samples,
        audio.rate,
        tempo=tempo.params["rate"],
        semitones=pitch.params["semitones"],
        formants=pitch.transform.formants,
    )
    return replace(audio, samples=samples)
