"""Reliability diagrams: how often a model is right, against how sure it says it is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from balancer.calibration import Reliability

SIZE, LEFT, TOP, GAP = 230, 52, 24, 78  # of a diagram and what is around it, in SVG units
LARGEST = 13  # radius of a dot that all rows are in
TITLES = {"before": "the model's own", "after": "calibrated"}


def diagrams(found: Mapping[str, Reliability]) -> list[dict[str, Any]]:
    """One panel each, side by side: where it lies, its title, and a dot for every bin that has rows.

    A dot's area is its share of the rows; on the diagonal, confidence is accuracy.
    """
    panels = []
    for place, (name, bins) in enumerate(found.items()):
        left = LEFT + place * (SIZE + GAP)
        dots = [
            {
                "x": round(left + SIZE * confidence, 1),
                "y": round(TOP + SIZE * (1 - accuracy), 1),
                "r": round(max(2.0, LARGEST * (rows / bins.rows.sum()) ** 0.5), 1),
                "said": f"{rows} rows: confidence {confidence:.2f}, right {accuracy:.2f}",
            }
            for rows, confidence, accuracy in zip(bins.rows, bins.confidence, bins.accuracy, strict=True)
            if rows
        ]
        panels.append(
            {
                "title": f"{TITLES.get(name, name)}: ECE {bins.error:.3f}",
                "left": left,
                "right": left + SIZE,
                "top": TOP,
                "bottom": TOP + SIZE,
                "dots": dots,
                "line": " ".join(f"{dot['x']},{dot['y']}" for dot in dots),
            }
        )
    return panels
