"""What `Balance("auto")` chooses, by how uneven the training split is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from balancer.distribution import imbalance_ratio
from balancer.errors import BalanceError

AUTO = "auto"
EVEN = 1.5  # largest ÷ smallest class, below which a class is at most half as large again as another
MODERATE = 5.0
STRONG = 50.0


def chosen_for(counts: Mapping[str, float]) -> tuple[dict[str, Any], str]:
    """Settings of `Balance`, and a sentence that says why.

    ================  ==========================================================================
    ratio             chosen
    ================  ==========================================================================
    below 1.5         nothing: what there is to gain is less than what seeds differ by
    1.5 to below 5    balanced weights to the power 0.5, as arXiv:2506.09556 tempers them
    5 to below 50     balanced weights: at 15 : 1 they took UAR from 0.424 to 0.505, tempered ones to 0.458
                      (docs/evidence.md, six speakers left out in turn)
    50 and more       balanced weights, none above 50 times the smallest, so that a handful of rows do not
                      become the gradient
    ================  ==========================================================================

    ratio : largest ÷ smallest class of the training split.  Sampler and loss stay plain, since two corrections
    count the same imbalance twice.

    Raises
    ------
    BalanceError : for a class without rows, by name.
    """
    absent = [str(name) for name, n in counts.items() if n <= 0]
    if absent:
        raise BalanceError(
            f"class {', '.join(absent)} has no training row: nothing can be chosen for it. Add some, or drop the class.",
            "class_weights",
        )
    ratio = imbalance_ratio(counts)
    most, least = max(counts, key=counts.__getitem__), min(counts, key=counts.__getitem__)
    found = f"the largest class ({most}, {counts[most]:g} rows) is {ratio:.1f} times the smallest ({least}, {counts[least]:g})"
    if ratio < EVEN:
        return {"class_weights": None}, f"No weights: {found}, which is even enough."
    if ratio < MODERATE:
        return (
            {"class_weights": {"method": "balanced", "power": 0.5}},
            f"Class weights tempered by a square root: {found}, a moderate imbalance.",
        )
    if ratio < STRONG:
        return {"class_weights": "balanced"}, f"Balanced class weights: {found}, a strong imbalance."
    return (
        {"class_weights": {"method": "balanced", "clip": STRONG}},
        f"Balanced class weights, none above {STRONG:g} times another: {found}, an extreme imbalance.",
    )
