"""The utterances that others may be paired with."""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.random import Generator

from augment.parameters import ParameterError

if TYPE_CHECKING:
    from augment.chain import Sample

KEPT = 64_000_000  # bytes of decoded sound at hand: 1,000 s at 16 kHz
FEWEST_KEPT = 8  # clips, however long: a babble of seven and one more


class PartnerError(ValueError):
    """An utterance of the pool can't be read; the message names it."""


class Member(NamedTuple):
    """What is known of an utterance without reading it: `label` is a class, `speaker` "" where unknown.

    `audio`, `text`: whether it has them. `duration`: seconds, None where only its file knows.
    """

    id: str
    label: str
    speaker: str = ""
    language: str = ""
    audio: bool = True
    text: bool = True
    duration: float | None = None


class Pool:
    """Training utterances, sorted by id: all that is drawn depends on that order alone.

    Some 120 bytes an utterance beside what `read` holds, and the last decoded clips (64 MB of sound); pickled, it
    is without clips.

    Parameters
    ----------
    members : of training originals only: never rows of dev or test, never copies. Any order.
    read : the sample of an id; picklable where workers are to have the pool.
    measure : the seconds of an id whose `duration` is not known; by default its sample is read.

    Raises
    ------
    ParameterError : two members of one id.
    """

    def __init__(
        self,
        members: Iterable[Member],
        read: Callable[[str], Sample],
        measure: Callable[[str], float] | None = None,
    ):
        ordered = sorted(members, key=lambda member: member.id)
        self.ids = [member.id for member in ordered]
        twice = next((one for one, other in pairwise(self.ids) if one == other), None)
        if twice is not None:
            raise ParameterError("pool", f"two utterances are called {twice!r}; ids must be unique")
        self.groups = _codes([(m.label, m.speaker, m.language) for m in ordered])
        self.speakers = _codes([m.speaker for m in ordered])
        self.audio = np.array([m.audio for m in ordered], bool)
        self.text = np.array([m.text for m in ordered], bool)
        self._seconds = np.array([np.nan if m.duration is None else m.duration for m in ordered], np.float64)
        self._read, self._measure = read, measure
        self._forget()

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, name: str) -> bool:
        return self.place(name) is not None

    def place(self, name: str) -> int | None:
        """Where an id stands in the sorted order, None where it doesn't."""
        place = bisect_left(self.ids, name)
        return place if place < len(self.ids) and self.ids[place] == name else None

    def around(self, name: str) -> Partners:
        """The pool as the utterance `name` sees it; one that isn't in the pool has strangers alone."""
        return Partners(self, self.place(name))

    def sample(self, name: str) -> Sample:
        """Decode an utterance, or take it from the last ones decoded; never write to it.

        Raises
        ------
        ParameterError : it isn't in the pool.
        PartnerError : it can't be read.
        """
        with self._lock:
            if name in self._kept:
                self._kept.move_to_end(name)
                return self._kept[name]
        if name not in self:
            raise ParameterError("pool", f"{name!r} is not in it; hand in the pool that it was drawn from")
        sample = self._read(name)
        with self._lock:
            if name not in self._kept:  # another thread may have been as fast
                self._kept[name] = sample
                self._held += _size(sample)
            while len(self._kept) > FEWEST_KEPT and self._held > KEPT:
                self._held -= _size(self._kept.popitem(last=False)[1])
        return sample

    def sound(self, name: str, rate: int) -> np.ndarray:
        """An utterance's samples at `rate` Hz, float32 (samples,), none where it has no audio; see `sample`."""
        from augment.audio.kernels.resample import resample_to

        audio = self.sample(name).audio
        if audio is None:
            return np.zeros(0, np.float32)
        if audio.rate == rate:
            return audio.samples
        return resample_to(audio.samples, max(1, round(len(audio.samples) * rate / audio.rate)))

    def seconds(self, place: int) -> float:
        """How long the utterance at `place` lasts, 0 without audio; asked of its file once."""
        if np.isnan(self._seconds[place]):
            self._seconds[place] = self._measured(self.ids[place]) if self.audio[place] else 0.0
        return float(self._seconds[place])

    def _measured(self, name: str) -> float:
        if self._measure is not None:
            return self._measure(name)
        audio = self.sample(name).audio
        return 0.0 if audio is None else audio.duration

    def __getstate__(self) -> dict[str, Any]:
        return {
            name: value for name, value in self.__dict__.items() if name not in ("_kept", "_held", "_lock")
        }

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__dict__.update(state)
        self._forget()

    def _forget(self) -> None:
        self._kept: OrderedDict[str, Sample] = OrderedDict()
        self._held = 0  # bytes
        self._lock = Lock()  # an online dataset may be read by threads


class Partners:
    """Whom one utterance may be paired with: never itself."""

    def __init__(self, pool: Pool, place: int | None):
        self.pool, self._place = pool, place
        self.sample, self.sound = pool.sample, pool.sound

    def alike(self, rng: Generator, audio: bool, text: bool) -> Iterator[tuple[str, float]]:
        """Id and seconds of those of its class, speaker and language, in an order that is drawn.

        Parameters
        ----------
        audio, text : what they must have.
        """
        if self._place is None:
            return
        pool = self.pool
        fit = pool.groups == pool.groups[self._place]
        fit[self._place] = False
        if audio:
            fit &= pool.audio
        if text:
            fit &= pool.text
        for place in rng.permutation(np.flatnonzero(fit)):
            yield pool.ids[place], pool.seconds(place)

    def others(self, rng: Generator, count: int) -> list[str]:
        """`count` ids with audio, or as many as there are: of other speakers, where there is one."""
        pool = self.pool
        fit = pool.audio.copy()
        if self._place is not None:
            fit[self._place] = False
            foreign = fit & (pool.speakers != pool.speakers[self._place])
            fit = foreign if foreign.any() else fit
        places = np.flatnonzero(fit)
        chosen = rng.choice(len(places), min(count, len(places)), replace=False) if len(places) else ()
        return [pool.ids[places[at]] for at in chosen]


def _codes(values: list[Any]) -> np.ndarray:
    """A number for each distinct value, int32 (members,)."""
    numbers: dict[Any, int] = {}
    return np.array([numbers.setdefault(value, len(numbers)) for value in values], np.int32)


def _size(sample: Sample) -> int:
    return 0 if sample.audio is None else sample.audio.samples.nbytes
