"""Several utterances of one speaker in one mood, said in one breath."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from numpy.random import Generator

from augment.pairs.joining import joined, levelled, text_of
from augment.pairs.pool import Partners
from augment.parameters import Range, draw_span, intervals, setting, span
from augment.transform import AudioInfo, PairTransform, Preset, register

if TYPE_CHECKING:
    from augment.chain import Sample

TRIES = 50  # partners too long for what is left of the length, before it is left at that


@register("copy_paste")
@dataclass(frozen=True)
class CopyPaste(PairTransform):
    """Join an utterance with others of its class and speaker, sound and text in step.  CopyPaste: arXiv:2010.14602.

    Partners are drawn, and where among them the utterance stands. Between two lies a short pause with the
    background of both. With a small `max_seconds` and several `partners` it stacks short utterances and leaves
    longer ones alone. A modality that the utterance lacks is left out; partners must have those that it has.
    Speakers unknown are one speaker. Without partners that fit, the utterance stays as it is.

    Parameters
    ----------
    max_seconds : of the whole, pauses included, 0.5 to 60 s.
    partners : how many at most, a range of whole numbers.
    pause : range to draw each from, 0 to 2 s.
    match : by which share of the way, in dB, a partner's level is moved to the utterance's: 0 leaves it.

    Raises
    ------
    ParameterError : where a range leaves its bounds, or there is no pool.
    """

    max_seconds: float = setting(8.0, low=0.5, high=60, unit="s")
    partners: Range = span((1, 2), 1, 20, "partners", integer=True)
    pause: Range = span((0.1, 0.4), 0, 2, "s")
    match: float = setting(0.5, low=0, high=1, unit="of the difference in dB")

    presets: ClassVar[Mapping[str, Preset]] = {
        "light": Preset(
            {"max_seconds": 6.0, "partners": (1, 1)}, "arXiv:2010.14602: one partner of the class"
        ),
        "medium": Preset(
            {"max_seconds": 8.0, "partners": (1, 2)},
            "arXiv:2010.14602; short ones of a label stacked help on MELD (LEYA-HSE/BiBiER)",
        ),
        "strong": Preset(
            {"max_seconds": 15.0, "partners": (2, 4)},
            "no study known of so many: the label is theirs all, but an emotion that lasts is another one",
        ),
    }

    def draw(self, rng: Generator, audio: AudioInfo | None, text: bool, pool: Partners) -> dict[str, Any]:
        wanted = draw_span(rng, self.partners, integer=True)
        seed, share = int(rng.integers(2**53)), float(rng.uniform())
        pauses = [draw_span(rng, self.pause) for _ in range(wanted)]
        total = 0.0 if audio is None else audio.duration
        chosen: list[str] = []
        for tried, (name, seconds) in enumerate(pool.alike(rng, audio is not None, text)):
            if len(chosen) == wanted or tried == TRIES:
                break
            after = total + pauses[len(chosen)] + seconds
            if audio is None or after <= self.max_seconds:
                chosen.append(name)
                total = after
        at = int(share * (len(chosen) + 1))
        return {"partners": chosen, "at": at, "pauses": pauses[: len(chosen)], "seed": seed}

    def about(self, seconds: float) -> float:
        wanted = np.mean([bound for part in intervals(self.partners) for bound in part])
        return min(seconds * (1 + float(wanted)), max(seconds, self.max_seconds))

    def apply(
        self,
        sample: Sample,
        *,
        partners: Sequence[str],
        at: int,
        pauses: Sequence[float],
        seed: int,
        pool: Partners,
    ) -> Sample:
        if not partners:
            return sample
        others = [pool.sample(name) for name in partners]
        text, audio = sample.text, sample.audio
        if text:
            texts = [other.text or "" for other in others]
            text = text_of([*texts[:at], text, *texts[at:]])
        if audio is not None:
            sounds = [levelled(pool.sound(name, audio.rate), audio.samples, self.match) for name in partners]
            pieces = [*sounds[:at], audio.samples, *sounds[at:]]
            audio = replace(audio, samples=joined(pieces, list(pauses), audio.rate, seed))
        return replace(sample, audio=audio, text=text)
