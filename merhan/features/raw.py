"""Features before normalisation: of one utterance, and of a corpus's rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from merhan.features.columns import frame_validity, functional_validity
from merhan.features.frames import frame_names
from merhan.features.functionals import functional_names
from merhan.features.moments import Moments
from merhan.features.settings import FeatureSettings


@dataclass(frozen=True)
class Heard:
    """Unnormalised features of one utterance.

    frames : float16 (ceil(frames / stride), FRAME_DIM), averaged over `stride`; rounding to half the size
    costs a hundredth of a deviation. functionals : float32 (FUNCTIONAL_DIM,), from every frame. seconds : of
    audio.
    """

    frames: np.ndarray
    functionals: np.ndarray
    seconds: float


@dataclass(frozen=True)
class RawFeatures:
    """Unnormalised features of a corpus's rows, in their order; statistics are those of the frames held here.

    frames : a (frames, FRAME_DIM) a row, of no frames where there is no audio. functionals : (rows,
    FUNCTIONAL_DIM), 0 there. has_audio : bool (rows,). notes : what a person should know.
    """

    ids: tuple[str, ...]
    frames: tuple[np.ndarray, ...]
    functionals: np.ndarray
    has_audio: np.ndarray
    notes: tuple[str, ...] = ()

    @classmethod
    def gathered(
        cls, ids: Sequence[str], heard: Sequence[Heard | None], settings: FeatureSettings
    ) -> RawFeatures:
        """One row a `Heard`; None has no audio."""
        silent = Heard(
            np.zeros((0, len(frame_names(settings))), np.float16),
            np.zeros(len(functional_names(settings)), np.float32),
            0.0,
        )
        rows = [row or silent for row in heard]
        long = [name for name, row in zip(ids, rows, strict=True) if row.seconds > settings.max_seconds]
        return cls(
            tuple(ids),
            tuple(row.frames for row in rows),
            np.array([row.functionals for row in rows]).reshape(len(rows), len(silent.functionals)),
            np.array([row is not None for row in heard], bool),
            _said(long, settings),
        )

    def picked(self, rows: np.ndarray, pick: Callable[[Sequence[Any]], tuple[Any, ...]]) -> RawFeatures:
        """Some of the rows."""
        return RawFeatures(
            pick(self.ids), pick(self.frames), self.functionals[rows], self.has_audio[rows], self.notes
        )

    @cached_property
    def frame_moments(self) -> Moments:
        """Sums over each row's frames, (rows, FRAME_DIM)."""
        columns = self.frames[0].shape[1] if self.frames else 0
        return Moments.stack((Moments.of(f, frame_validity(f)).pooled() for f in self.frames), columns)

    def functional_moments(self, settings: FeatureSettings) -> Moments:
        """Each row's functionals as sums of one, (rows, FUNCTIONAL_DIM)."""
        valid = functional_validity(self.functionals, settings) & self.has_audio[:, None]
        return Moments.of(self.functionals, valid)


def _said(long: list[str], settings: FeatureSettings) -> tuple[str, ...]:
    if not long:
        return ()
    named = ", ".join(long[:3]) + (" …" if len(long) > 3 else "")
    note = (
        f"Audio is heard up to features.max_seconds ({settings.max_seconds:g} s); "
        f"{len(long)} longer: {named}."
    )
    return (note,)
