"""Steps that choose among steps."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from numpy.random import Generator

from augment.parameters import ParameterError, Range, draw_span, intervals, settings_of, span
from augment.randomness import child_seed, seeded
from augment.transform import Transform, changes_duration


@dataclass(frozen=True)
class Container(Transform, ABC):
    """Holds `transforms`; its `p` and `scope` are those of the whole."""

    transforms: Sequence[Transform]

    def __post_init__(self) -> None:
        object.__setattr__(self, "transforms", tuple(self.transforms))
        if not self.transforms:
            raise ParameterError("transforms", f"{self.name} needs at least one transform to choose from")
        for step in self.transforms:
            check_step(step)
            if step.scope == "speaker" and self.scope != "speaker":
                raise ParameterError(
                    "scope",
                    f"{step.name} is drawn once a speaker, {self.name} around it for each utterance; "
                    f"give {self.name} the scope speaker",
                )
        if len({joins(step) for step in self.transforms}) > 1:
            raise ParameterError(
                "transforms",
                f"{self.name} can't choose between joining utterances and other steps; make it two",
            )
        super().__post_init__()

    @property
    def speaker_scope(self) -> bool:
        return all(step.speaker_scope for step in self.transforms)

    @property
    def needs_pool(self) -> bool:
        return any(step.needs_pool for step in self.transforms)

    @abstractmethod
    def chosen(self, rng: Generator) -> list[int]:
        """Positions of the transforms that run this time, in order."""

    def of(self, transforms: Sequence[Transform]) -> Self:
        """The same container of other transforms."""
        return replace(self, transforms=transforms)

    def running(self, rng: Generator) -> Iterator[tuple[Transform, Generator]]:
        seeds = [child_seed(rng) for _ in self.transforms]
        for position in self.chosen(rng):
            yield from running(self.transforms[position], seeded(seeds[position]))


@dataclass(frozen=True)
class OneOf(Container):
    """One of `transforms`, each as likely, with probability `p`.

    Raises
    ------
    ParameterError : no transforms, or a speaker-scoped one where the container is not.
    """

    name: ClassVar[str] = "one_of"

    def chosen(self, rng: Generator) -> list[int]:
        return [int(rng.integers(len(self.transforms)))]


@dataclass(frozen=True)
class SomeOf(Container):
    """Some of `transforms`, in the order given, each at most once, with probability `p`.

    Parameters
    ----------
    n : how many, a range of whole numbers: (1, 2).

    Raises
    ------
    ParameterError : as OneOf; more asked for than there are.
    """

    n: Range = span((1, 2), 0, 100, "transforms", integer=True)

    name: ClassVar[str] = "some_of"

    def __post_init__(self) -> None:
        super().__post_init__()
        most = max(high for _, high in intervals(self.n))
        if most > len(self.transforms):
            raise ParameterError(
                "n", f"{most:g} of {len(self.transforms)} transforms can't be chosen; give fewer"
            )

    def of(self, transforms: Sequence[Transform]) -> Self:
        most = len(transforms)
        n = [(min(low, most), min(high, most)) for low, high in intervals(self.n)]
        return replace(self, transforms=transforms, n=n)

    def chosen(self, rng: Generator) -> list[int]:
        wanted = draw_span(rng, self.n, integer=True)
        return sorted(int(position) for position in rng.permutation(len(self.transforms))[:wanted])


def running(step: Transform, rng: Generator) -> Iterator[tuple[Transform, Generator]]:
    """The transforms that run this time, `step` itself or what it holds, each with its own generator."""
    if rng.random() >= step.p:
        return
    if isinstance(step, Container):
        yield from step.running(rng)
    else:
        yield step, rng


def joins(step: Transform) -> bool:
    """Whether `step`, or anything in it, makes one utterance of several."""
    if isinstance(step, Container):
        return any(joins(inner) for inner in step.transforms)
    return step.modality == "pairs"


def in_language(step: Transform, language: str) -> Transform | None:
    """`step` as it is for a text in `language`: itself, a container of what fits, None where nothing does."""
    if not isinstance(step, Container):
        return step if getattr(step, "language", language) == language else None
    fitting = [kept for inner in step.transforms if (kept := in_language(inner, language)) is not None]
    if fitting == list(step.transforms):
        return step
    return step.of(fitting) if fitting else None


def languages(steps: Sequence[Transform]) -> set[str]:
    """The languages of the texts that `steps`, or what they hold, can change."""
    return {step.language for step in transforms_in(steps) if step.modality == "text"}


def transforms_in(steps: Sequence[Transform]) -> Iterator[Transform]:
    """The transforms among `steps`, and those that containers among them hold."""
    for step in steps:
        if isinstance(step, Container):
            yield from transforms_in(step.transforms)
        else:
            yield step


def changes_length(step: Transform) -> bool:
    """Whether `step`, or anything in it, changes duration."""
    if isinstance(step, Container):
        return any(changes_length(inner) for inner in step.transforms)
    return changes_duration(type(step), settings_of(step))


def check_step(step: object) -> None:
    """ParameterError for what is no step, or is one that a replay would not find."""
    if not isinstance(step, Transform):
        raise ParameterError("steps", f"{step!r} is no transform, OneOf or SomeOf")
    if not step.name:
        raise ParameterError(
            "steps", f"{type(step).__name__} has no name to be replayed by; decorate it with @register(...)"
        )
