"""What makes up for class imbalance, and whether several things do so for the same one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# Losses that are made of the class priors, and the options that switch that off when all are 0. LDAM's margins and
# focal loss are none: they weigh no class by its prior.
PRIOR_LOSSES = {"balanced_softmax": (), "logit_adjustment": ("tau",), "vector_scaling": ("tau", "gamma")}
WEIGHING_LOSSES = {"class_balanced": ("beta",)}


def said_twice(names: list[str]) -> str:
    """The warning where more than one thing corrects; empty where one or none does."""
    if len(names) < 2:
        return ""
    return (
        f"{', '.join(names[:-1])} and {names[-1]} correct the same imbalance {len(names)} times over, which leans "
        "towards the minority. Keep one of them."
    )


def corrects(loss: str, options: Mapping[str, Any]) -> bool:
    """Whether a loss makes up for the class priors; one whose strength is 0 does not."""
    strengths = (PRIOR_LOSSES | WEIGHING_LOSSES).get(loss)
    return strengths is not None and (not strengths or any(options.get(name, 1) for name in strengths))
