"""How far each class is resampled: imbalanced-learn's words, a share, or a count a class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from balancer.errors import BalanceError, unknown
from balancer.labels import Labels

Strategy = str | float | Mapping[Any, int] | Sequence[Any]

# What imbalanced-learn calls its kinds of sampler, and the words that each takes as strategy.
OVER, UNDER, CLEAN = "over-sampling", "under-sampling", "clean-sampling"
WORDS = {
    OVER: ("auto", "minority", "not minority", "not majority", "all"),
    UNDER: ("auto", "majority", "not minority", "not majority", "all"),
    CLEAN: ("auto", "majority", "not minority", "not majority", "all"),
}


def check_strategy(name: str, kind: str, strategy: Strategy) -> None:
    """Raise BalanceError, its `key` "strategy", for what the method called `name` can't take."""
    words = WORDS[kind]
    if isinstance(strategy, str):
        if strategy not in words:
            raise unknown(f"strategy of {name}", strategy, words, "strategy")
    elif kind == CLEAN:
        if not isinstance(strategy, list | tuple) or not strategy:
            raise BalanceError(
                f"{name}: strategy {strategy!r} is none; give {', '.join(words)}, or a list of the classes to clean.",
                "strategy",
            )
    elif isinstance(strategy, Mapping):
        for key, value in strategy.items():
            if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < 1:
                raise BalanceError(
                    f"{name}: strategy for {key!r} is {value!r}, no count; give a whole number of rows from 1.",
                    "strategy",
                )
    elif isinstance(strategy, bool) or not isinstance(strategy, int | float) or not 0 < strategy <= 1:
        raise BalanceError(
            f"{name}: strategy {strategy!r} is none; give {', '.join(words)}, a share above 0 and up to 1 of the "
            "largest class, or a map of class to count.",
            "strategy",
        )


def targets(strategy: Strategy, labels: Labels, kind: str) -> dict[int, int]:
    """Rows that each class (by code) shall have, for the classes that change."""
    counts = dict(enumerate(np.bincount(labels.index, minlength=len(labels.names)).tolist()))
    present = {code: n for code, n in counts.items() if n}  # a soft label's lesser class may head no row
    over = kind == OVER
    if isinstance(strategy, str):
        from imblearn.utils import check_sampling_strategy

        plan = check_sampling_strategy(strategy, labels.index, kind) if len(present) > 1 else {}
        wanted = {int(code): int(n) + (present[code] if over else 0) for code, n in plan.items()}
    elif isinstance(strategy, Mapping):
        place = {name: code for code, name in enumerate(labels.names)}
        for name in strategy:
            if not present.get(place.get(name, -1)):
                raise unknown(
                    "class in the strategy", name, map(labels.names.__getitem__, present), "strategy"
                )
        wanted = {place[name]: int(n) for name, n in strategy.items()}
    elif over:  # rounded down, as imbalanced-learn rounds it for two classes
        wanted = dict.fromkeys(present, int(max(present.values()) * strategy))
    else:
        wanted = dict.fromkeys(present, int(min(present.values()) / strategy))
    changed = {code: n for code, n in wanted.items() if (n > present[code] if over else n < present[code])}
    if changed and len(present) < 2:
        raise BalanceError(
            f"all rows are of class {labels.names[min(present)]!r}; resampling needs two.", "y"
        )
    return changed


def classes_to_clean(strategy: Strategy, labels: Labels) -> list[int]:
    """Codes of the classes that lose rows."""
    if not isinstance(strategy, str):
        place = {name: code for code, name in enumerate(labels.names)}
        for name in strategy:
            if name not in place:
                raise unknown("class in the strategy", name, labels.names, "strategy")
        return sorted(place[name] for name in strategy)
    from imblearn.utils import check_sampling_strategy

    several = len(np.unique(labels.index)) > 1
    return sorted(map(int, check_sampling_strategy(strategy, labels.index, CLEAN))) if several else []
