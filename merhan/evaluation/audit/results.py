"""What an audit found: the strengths of each step, and where each begins to move decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from merhan.evaluation.audit.kept import Kept, Move
from merhan.evaluation.audit.ladder import Axis, Rung
from merhan.evaluation.audit.steps import Step

SKILL = 0.1  # of the way from guessing to always right: below, decisions mean nothing


@dataclass(frozen=True)
class Measured:
    """Copies at one strength.

    whole, classes : how many keep the decision, all and by the class of their original. moves : changes of
    decision, the most frequent first. moved : "" where all copies together surely keep less than asked, and the
    names of classes that do. learnt : share of copies that are taken for their label by a classifier that has
    learnt from other speakers' copies of this strength too: whether the emotion is gone, or only sounds new. NaN
    where that can't be learnt.
    """

    whole: Kept
    classes: Mapping[str, Kept]
    moves: tuple[Move, ...]
    moved: tuple[str, ...]
    learnt: float


@dataclass(frozen=True)
class Height:
    """A rung of the ladder and what was measured there."""

    rung: Rung
    measured: Measured


@dataclass(frozen=True)
class StepAudit:
    """One step at all strengths; `unjudged` says why nothing was measured, or why it may not count."""

    step: Step
    axes: tuple[Axis, ...]
    heights: tuple[Height, ...]
    unjudged: str = ""

    def begins(self, side: int, name: str | None = None) -> Height | None:
        """The weakest strength in that direction at which anything (or the class `name`; "" is all) moves."""
        there = sorted(self.on(side), key=lambda height: height.rung.strength)
        return next(
            (h for h in there if (h.measured.moved if name is None else name in h.measured.moved)), None
        )

    def safe(self, side: int) -> Height | None:
        """The strongest strength in that direction below where it begins; None where even the weakest moves."""
        first = self.begins(side)
        below = [h for h in self.on(side) if first is None or h.rung.strength < first.rung.strength]
        return max(below, key=lambda height: height.rung.strength, default=None)

    def on(self, side: int) -> list[Height]:
        """The strengths in one direction."""
        return [height for height in self.heights if height.rung.side == side]

    @property
    def own(self) -> Height | None:
        """The recipe's own strength where presets are climbed: their order says nothing of it."""
        return None if self.axes else next((h for h in self.heights if h.rung.recipe), None)

    def safe_preset(self) -> Height | None:
        """The strongest preset below the first that moves, the recipe's own strength aside."""
        safe = None
        for height in sorted(self.heights, key=lambda height: height.rung.strength):
            if height.measured.moved:
                break
            safe = height if height is not self.own else safe
        return safe

    @property
    def sides(self) -> list[int]:
        """The directions that the recipe goes."""
        return sorted({height.rung.side for height in self.heights})


@dataclass(frozen=True)
class Reference:
    """The classifier behind the decisions on one modality.

    uar, low, high : on originals of unheard speakers, and its interval; chance : of one who guesses. copied :
    originals that were copied at every strength, all of them decided rightly. another :
    how often another utterance of the same speaker and class is decided alike: what a copy may move, and still be
    no further off than a person who says it again.
    """

    uar: float
    low: float
    high: float
    chance: float
    copied: int
    another: Kept

    @property
    def trusted(self) -> bool:
        """Whether it surely, and by more than a little, tells more than one who guesses."""
        return self.low > self.chance and self.uar >= self.chance + SKILL * (1 - self.chance)


@dataclass(frozen=True)
class Audit:
    """The whole of it.

    rows, speakers : that the classifiers learn from and judge in turn. references : by modality. wholes : copies as the recipe makes them, all steps of a modality together.
    """

    recipe: str
    keep: float
    rows: int
    speakers: int
    classes: tuple[str, ...]
    references: Mapping[str, Reference]
    steps: tuple[StepAudit, ...]
    wholes: Mapping[str, Measured]
    notes: tuple[str, ...] = ()

    @property
    def judged(self) -> list[str]:
        """The modalities of `wholes` whose classifier tells emotions."""
        return [name for name in self.wholes if self.references[name].trusted]
