"""One copy of one utterance: chains, gates and redraws. Written or drawn anew, copies are made here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any

from augment.chain import Chain, Sample
from augment.gates import Encoder, Gates, identical
from augment.randomness import generator
from recipes.chains import Chains, build_chains, build_gates
from recipes.corpus.utterance import Utterance
from recipes.languages import language_of
from recipes.schema import Recipe

if TYPE_CHECKING:
    from augment.pairs.pool import Pool

REDRAWS = 5


@dataclass(frozen=True)
class Copy:
    """A copy, or why there is none.

    Attributes
    ----------
    sample : None where every draw was refused.
    voice : "KS0#2"; "" where the copy speaks in its source's voice.
    transforms : provenance of all that was done, audio first.
    new_sound : whether the sound was touched.
    unchanged : the text was to change and could not.
    refused : the gate that refused the last draw, "identical", or "partner" where one can't be read.
    redrawn : why each draw before the last was refused.
    """

    sample: Sample | None
    voice: str = ""
    transforms: tuple[dict[str, Any], ...] = ()
    new_sound: bool = False
    unchanged: bool = False
    refused: str | None = None
    redrawn: tuple[str, ...] = ()


class Copier:
    """Makes copies as a recipe says: a function of (recipe, seed, source, copy, epoch) and the siblings.

    Chains and gates are built once a class.

    Parameters
    ----------
    encoder : texts to vectors, for `similarity: encoder`.
    pool : of the training originals, for a recipe whose steps take other utterances (`recipes.pool.make_pool`).
    """

    def __init__(self, recipe: Recipe, seed: int, encoder: Encoder | None = None, pool: Pool | None = None):
        self.seed, self.pool = seed, pool
        self.chains = cache(lambda label: build_chains(recipe, label))
        self.gates = cache(lambda label: build_gates(recipe, label, encoder))

    def __call__(
        self,
        source: Sample,
        utterance: Utterance,
        copy: int,
        voice: str,
        siblings: Sequence[Sample] = (),
        epoch: int = 0,
    ) -> Copy:
        """Draw a copy until no gate refuses it, five more times at most.

        Parameters
        ----------
        source, utterance : the original, decoded, and its row.
        copy : from 1.
        voice : the voice that it takes if its sound changes once a speaker.
        siblings : the copies of this source made before, which it must differ from.
        """
        chains: Chains = self.chains(utterance.hard_label)
        if not chains.changed:
            return Copy(source)
        draws = _Draws(self, source, utterance, copy, voice, epoch)
        kept: Copy | None = None  # the first whose text could not be changed, and which is fit otherwise
        refusals: list[str] = []
        for attempt in range(1 + REDRAWS):
            drawn = draws.draw(attempt, spare=kept is not None)
            others = (source, *siblings)
            if drawn.refused:
                refusals.append(drawn.refused)
            elif drawn.sample is None:
                continue
            elif any(identical(drawn.sample, other, by=chains.changed) for other in others):
                refusals.append("identical")
            elif not drawn.unchanged:
                return replace(drawn, redrawn=tuple(refusals))
            else:
                kept = kept or drawn
            if not draws.anew():
                break
        if kept:
            return replace(kept, redrawn=tuple(refusals))
        return Copy(None, refused=refusals[-1], redrawn=tuple(refusals[:-1]))

    def rehearse(
        self, source: Sample, utterance: Utterance, copy: int, attempt: int = 0, epoch: int = 0
    ) -> str | None:
        """Draw a copy's text as `__call__` will in this attempt; None where that won't do.

        `source` needs no sound. Where no text is drawn, or that of joined utterances, it is the source's.
        """
        draws = _Draws(self, source, utterance, copy, "", epoch)
        if draws.chains.pairs or not draws.writes(attempt):
            return source.text
        text, _, refused = draws.written(source, attempt)
        return None if refused or text == source.text else text


class _Draws:
    """The draws of one copy; sound that depends on the voice alone is made once."""

    def __init__(
        self, copier: Copier, source: Sample, utterance: Utterance, copy: int, voice: str, epoch: int
    ):
        self.source, self.utterance, self.copy, self.voice, self.epoch = source, utterance, copy, voice, epoch
        self.seed, self.pool = copier.seed, copier.pool
        self.chains: Chains = copier.chains(utterance.hard_label)
        self.gates: Gates = copier.gates(utterance.hard_label)
        self.language = language_of(utterance, self.chains.languages)
        self.text = self.chains.text_in(self.language)
        self.has = {
            "audio": source.audio is not None or bool(utterance.audio),
            "text": source.text is not None and self.text is not None,
        }
        self.spoken: tuple[Sample, list[dict[str, Any]], str | None] | None = None

    def draw(self, attempt: int, spare: bool = False) -> Copy:
        """A draw, fit or refused; with `spare`, no sound is made for a text that could not be changed: None."""
        from augment.pairs.pool import PartnerError

        try:
            return self._drawn(attempt, spare)
        except PartnerError:
            return Copy(None, refused="partner")

    def _drawn(self, attempt: int, spare: bool) -> Copy:
        source, joined = self.source, []
        if self.chains.pairs:
            # What is made of several is the source of what follows, and what its gates compare with.
            source, joined = self.chains.pairs(source, self._generator(attempt, "pairs"), pool=self.pool)
            refused = self.gates.refuses(self.source, source, {"audio"})
            if refused:
                return Copy(None, refused=refused)
        which = self._modalities(attempt)
        text, written = source.text, []
        if "text" in which:
            text, written, refused = self.written(source, attempt)
            if refused:
                return Copy(None, refused=refused)
        unchanged = bool(written) and text == self.source.text
        if spare and unchanged:
            return Copy(None, unchanged=True)
        sample, spoken, refused = source, [], None
        if "audio" in which:
            sample, spoken, refused = self._sound(source, attempt)
        return Copy(
            sample=replace(sample, text=text),
            voice=self.voice if "audio" in which and self.chains.voiced else "",
            transforms=(*joined, *spoken, *written),
            new_sound=bool(spoken) or sample.audio is not self.source.audio,
            unchanged=unchanged,
            refused=refused,
        )

    def written(self, source: Sample, attempt: int) -> tuple[str, list[dict[str, Any]], str | None]:
        """The text of a draw, what was done to it, and the gate that refuses it."""
        silent = replace(source, audio=None)
        drawn, steps = self.text(silent, self._generator(attempt, "text"))
        return drawn.text, steps, self.gates.refuses(silent, drawn, {"text"}, self.language)

    def writes(self, attempt: int) -> bool:
        """Whether a draw changes words at all, rather than sound alone."""
        return "text" in self._modalities(attempt)

    def anew(self) -> bool:
        """Whether another draw could come out otherwise."""
        possible = self._possible()
        return bool(self.chains.pairs) or "text" in possible or ("audio" in possible and not self._fixed())

    def _possible(self) -> list[str]:
        return [name for name in self.chains.chosen if self.has[name]]

    def _modalities(self, attempt: int) -> list[str]:
        possible = self._possible()
        if not self.chains.either or len(possible) < 2:
            return possible
        return [possible[int(self._generator(attempt, "modality").integers(2))]]

    def _sound(self, source: Sample, attempt: int) -> tuple[Sample, list[dict[str, Any]], str | None]:
        if self.spoken is None or not self._fixed():
            heard = replace(source, text=None)
            generator = self._generator(attempt, "audio")
            drawn, steps = self.chains.audio(heard, generator, self._voice(), self.pool)
            self.spoken = drawn, steps, self.gates.refuses(heard, drawn, {"audio"})
        return self.spoken

    def _voice(self) -> Any:
        speaker, _, number = self.voice.rpartition("#")
        return generator(self.seed, speaker, copy=int(number), stream="voice") if number else None

    def _fixed(self) -> bool:
        return not self.chains.pairs and _drawn_once(self.chains.audio)

    def _generator(self, attempt: int, stream: str) -> Any:
        return generator(
            self.seed, self.utterance.id, copy=self.copy, epoch=self.epoch, attempt=attempt, stream=stream
        )


def _drawn_once(chain: Chain) -> bool:
    """Whether nothing in the chain is drawn anew for each utterance."""
    return all(step.scope == "speaker" for step in chain.steps)
