"""What the `balance` section asks of the training originals, put to balancer/ in its own words."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from augment.randomness import generator
from balancer.cells import cross
from balancer.labels import Labels, read_labels
from balancer.plan import plan_copies, targets
from recipes.corpus.utterance import Utterance
from recipes.schema import BalanceSettings


@dataclass(frozen=True)
class Balancing:
    """Rows and how they are to be balanced.

    cells : what is evened out: the classes, or with further axes each combination that occurs.
    per_class : overrides by cell.
    """

    rows: Sequence[Utterance]
    settings: BalanceSettings
    cells: Labels
    per_class: Mapping[Any, Mapping[str, Any]]

    @classmethod
    def of(cls, rows: Sequence[Utterance], settings: BalanceSettings) -> Balancing:
        """With several axes an override holds for each cell of its class."""
        cells = read_labels([row.label for row in rows])
        further = [axis for axis in settings.axes if axis != "label"]
        if further:
            cells = cross(cells, *([getattr(row, axis) for row in rows] for axis in further))
        own = {label: override.given() for label, override in settings.per_class.items()}
        names = cells.names
        per_class = {name: own[label_of(name)] for name in names if label_of(name) in own}
        return cls(rows, settings, cells, per_class)

    def copies(
        self,
        seed: int,
        losses: Mapping[str, float] | None = None,
        ceiling: float | None = None,
        budget: float | None = None,
        costs: np.ndarray | None = None,
    ) -> np.ndarray:
        """Of each row, (rows,); no class is raised above `ceiling`."""
        return plan_copies(
            self.cells,
            self.settings.target,
            groups=[row.speaker for row in self.rows],
            max_copies=self.settings.max_copies,
            spread=self.settings.spread,
            rng=generator(seed, "plan", stream="plan"),
            losses=None if losses is None else [losses.get(row.id, np.nan) for row in self.rows],
            per_class=self.per_class,
            budget=budget,
            costs=costs,
            at_most=ceiling,
        )

    def ceiling(self, copies: Sequence[int], uses: np.ndarray | None = None) -> float:
        """What no class may have more of: so many times what the smallest has with its copies."""
        reached = self.cells.totals(_times(copies, uses))
        smallest = min((n for n in reached.values() if n > 0), default=0)
        cut = self.settings.undersample
        return math.inf if cut is None else math.ceil(round(cut.imbalance_ratio * smallest, 6))

    def counts(self, uses: np.ndarray | None = None) -> dict[str, float]:
        """Rows of each class, or cell, that count `uses` (rows,) times."""
        return {named(name): total for name, total in self.cells.totals(uses).items()}

    @property
    def empty(self) -> list[str]:
        """Cells without an original: a class and values of the further axes that occur, only never together."""
        if not isinstance(next(iter(self.cells.names), ""), tuple):
            return []
        labels = sorted({cell[0] for cell in self.cells.names})
        values = sorted({cell[1:] for cell in self.cells.names})
        there = set(self.cells.names)
        return [
            named((label, *value)) for label in labels for value in values if (label, *value) not in there
        ]

    @property
    def cell_of(self) -> dict[str, Any]:
        """The cell of each row, by id."""
        return {
            row.id: self.cells.names[i] for row, i in zip(self.rows, self.cells.index.tolist(), strict=True)
        }

    @property
    def limits(self) -> dict[str, float | None]:
        """Most copies of each row, by id; None where nothing limits them."""
        most = {name: own.get("max_copies", self.settings.max_copies) for name, own in self.per_class.items()}
        return {key: most.get(cell, self.settings.max_copies) for key, cell in self.cell_of.items()}

    def is_each(self, label: str) -> bool:
        """Whether every utterance of this class is to have so many copies: then none stands in for another."""
        own = self.settings.per_class.get(label)
        target = (own and own.target) or self.settings.target
        return isinstance(target, Mapping) and "copies" in target

    def missed(self, copies: Sequence[int], uses: np.ndarray | None = None) -> dict[str, int]:
        """What each class, or cell, still lacks with these copies; rows that are left out are not missed."""
        if not len(self.cells):
            return {}
        before, reached = self.cells.totals(), self.cells.totals(_times(copies, uses))
        ceiling = self.ceiling(copies, uses)
        wanted = targets(before, self.settings.target, self.per_class)
        wanted |= {name: ceiling for name, n in before.items() if n > ceiling}
        lacking = {name: math.floor(wanted[name] - n + 1e-6) for name, n in reached.items()}
        return {named(name): lack for name, lack in lacking.items() if lack > 0}


def _times(copies: Sequence[int], uses: np.ndarray | None) -> np.ndarray:
    """How often each row counts."""
    times = 1 + np.asarray(copies)
    return times if uses is None else times * np.asarray(uses)


def label_of(cell: Any) -> str:
    """The class of a cell."""
    return cell[0] if isinstance(cell, tuple) else cell


def named(cell: Any) -> str:
    """`fear`, or `fear × KS0`."""
    if not isinstance(cell, tuple):
        return cell
    return " × ".join(value or "(unknown)" for value in cell)
