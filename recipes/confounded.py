"""What a plan ties classes to, in sentences: a class evened out by copying one actor."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from balancer.confounding import Dominated, cramers_v, dominated
from balancer.labels import read_labels
from recipes.corpus.utterance import Utterance

AXES = ("speaker", "gender", "corpus", "language")
_WEAK = 0.1  # Cramér's V that is no effect: Cohen 1988
_GROWN = 0.05  # what dealing out whole copies adds to it


@dataclass(frozen=True)
class Confounding:
    """How classes go with the axes that a corpus has.

    association : axis -> Cramér's V of originals, and of all rows with their copies.
    dominated : (axis, class) by which most of a class's rows come from one speaker, gender …
    evened : the axes that the plan is to even out.
    """

    association: Mapping[str, tuple[float, float]]
    dominated: tuple[tuple[str, Dominated], ...]
    evened: tuple[str, ...] = ()

    def sentences(self) -> list[str]:
        """What a person should know, nothing where all is well."""
        said = [
            dominance(found.label, axis, found.group, found.share, found.sources, found.originals)
            for axis, found in self.dominated
        ]
        for axis in self.grown:
            before, after = self.association[axis]
            do = (
                "Cells that stay short of their target are why: give them more of balance.budget or max_copies."
                if axis in self.evened
                else f"Lower balance.max_copies, or even it out too with balance.axes: [label, {axis}]."
            )
            said.append(
                f"The copies tie the class closer to the {axis}: Cramér's V {before:.2f} → {after:.2f}. {do}"
            )
        return said

    @property
    def grown(self) -> list[str]:
        """The axes that the copies tie the class closer to."""
        return [
            axis
            for axis, (before, after) in self.association.items()
            if after >= _WEAK and after > before + _GROWN
        ]


def dominance(label: str, axis: str, value: str, share: float, sources: int, originals: int) -> str:
    """`80 % of fear's rows come from speaker KS0 (2 of 3 originals).`"""
    return f"{100 * share:.0f} % of {label}'s rows come from {axis} {value} ({sources} of {originals} originals)."


def confounding(rows: Sequence[Utterance], uses: np.ndarray, evened: Sequence[str] = ()) -> Confounding:
    """Of originals that count `uses` (rows,) times each: once, once for each copy, 0 where left out."""
    labels = read_labels([row.label for row in rows])
    columns = {axis: [getattr(row, axis) for row in rows] for axis in AXES}
    columns = {axis: values for axis, values in columns.items() if len(set(values)) > 1}
    return Confounding(
        association={
            axis: (cramers_v(labels, values), cramers_v(labels, values, uses))
            for axis, values in columns.items()
        },
        dominated=tuple(
            (axis, found) for axis, values in columns.items() for found in dominated(labels, values, uses)
        ),
        evened=tuple(evened),
    )
