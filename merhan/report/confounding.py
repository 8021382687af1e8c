"""How classes go with speakers, genders, corpora: facts, and how they look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from rich.markup import escape

if TYPE_CHECKING:
    from recipes.confounded import Confounding


def confounding_facts(found: Confounding) -> dict[str, Any]:
    """`association` (Cramér's V by axis, before and after the copies) and `dominated` classes, plain values."""
    return {
        "association": {
            axis: {"before": round(before, 4), "after": round(after, 4)}
            for axis, (before, after) in found.association.items()
        },
        "dominated": [
            {
                "label": one.label,
                "axis": axis,
                "value": one.group,
                "share": round(one.share, 4),
                "sources": one.sources,
                "originals": one.originals,
            }
            for axis, one in found.dominated
        ],
    }


def render_confounding(found: Confounding) -> Iterator[str]:
    """One line of figures, and a sentence for each thing to know."""
    yield from association_line(confounding_facts(found)["association"])
    yield from (f"[yellow]confounded:[/] {escape(sentence)}" for sentence in found.sentences())


def association_line(association: Mapping[str, Mapping[str, float]]) -> Iterator[str]:
    """How closely the class goes with each axis: 0 not at all, 1 where one follows from the other."""
    if not association:
        return
    shown = [
        f"{axis} {v['before']:.2f}" + (f" → {v['after']:.2f}" if v["after"] != v["before"] else "")
        for axis, v in association.items()
    ]
    yield f"class goes with {', '.join(shown)} [dim](Cramér's V, 0 to 1)[/]"
