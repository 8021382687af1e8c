"""What a target means: how many utterances each class shall have."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from balancer.distribution import Counts, in_class_order, normalised_entropy
from balancer.errors import BalanceError, unknown

Target = str | Mapping[str, float]
Overrides = Mapping[Any, Mapping[str, Any]]  # class -> its own target, max_copies, or both

# kind -> (lowest, highest, whole numbers only, what it says)
BOUNDS: dict[str, tuple[float, float, bool, str]] = {
    "ratio": (0, 1, False, "share of the largest class's count"),
    "count": (0, math.inf, True, "utterances a class"),
    "factor": (1, math.inf, False, "times a class's own count, at most the largest class's"),
    "copies": (0, math.inf, True, "copies of every utterance, whatever its class"),
    "entropy": (0, 1, False, "normalised entropy of the counts"),
}


def targets(counts: Counts, target: Target, per_class: Overrides | None = None) -> dict[Any, int]:
    """Wanted total of each class, originals and copies together.  No class is cut: what has more keeps it.

    Parameters
    ----------
    counts : original utterances of each class, soft shares added.
    target : one of

        - ``"majority"``: as many as the largest class has, as ``{"ratio": 1}``;
        - ``{"ratio": r}``: ceil(r × the largest class's count), r from 0 to 1;
        - ``{"count": n}``: n of each class;
        - ``{"factor": f}``: ceil(f × the class's own count), at most the largest class's count, f from 1;
        - ``{"copies": n}``: n copies of every utterance, the largest class's too;
        - ``{"entropy": e}``: the smallest level to which all smaller classes are raised together so that
          the normalised entropy of the counts reaches e, from 0 to 1.
    per_class : class -> ``{"target": …}`` of its own, reckoned from the same counts.

    Raises
    ------
    BalanceError : for a target that is none of these, or a class that does not exist; it says what is allowed.
    """
    names, _ = in_class_order(counts)
    return {name: _ceil(level) for name, level in zip(names, levels(counts, target, per_class), strict=True)}


def levels(counts: Counts, target: Target, per_class: Overrides | None = None) -> np.ndarray:
    """As `targets`, shape (classes,), not rounded up where a class stays as it is."""
    names, values = in_class_order(counts)
    kind, value = read_target(target)
    found = _LEVELS[kind](values, value)
    for name, own in read_overrides(per_class, names).items():
        if "target" in own:
            kind, value = read_target(own["target"])
            found[names.index(name)] = _LEVELS[kind](values, value)[names.index(name)]
    return found


def limits(
    counts: Counts, target: Target, max_copies: int | None, per_class: Overrides | None = None
) -> np.ndarray:
    """Most copies of one utterance, (classes,) float, infinite where nothing limits them."""
    names, _ = in_class_order(counts)
    own = read_overrides(per_class, names)

    def limit(name: Any) -> float:
        most = own.get(name, {}).get("max_copies", max_copies)
        kind, value = read_target(own.get(name, {}).get("target", target))
        return min(math.inf if most is None else most, value if kind == "copies" else math.inf)

    return np.array([limit(name) for name in names])


def read_overrides(per_class: Overrides | None, names: Sequence[Any]) -> Overrides:
    """Per-class settings that are right, empty for none, or BalanceError."""
    for name, own in (per_class or {}).items():
        if name not in names:
            raise unknown("class", name, names, "per_class")
        for key in own:
            if key not in ("target", "max_copies"):
                raise unknown(f"setting of class {name!r}", key, ("target", "max_copies"), "per_class")
        check_max_copies(own.get("max_copies"))
    return per_class or {}


def check_max_copies(max_copies: Any) -> None:
    """Raise BalanceError for anything but a whole number from 0, or None."""
    if max_copies is not None and not (max_copies >= 0 and int(max_copies) == max_copies):
        raise BalanceError(f"max_copies {max_copies!r} is not a whole number from 0.", "max_copies")


def read_target(target: Target) -> tuple[str, float]:
    """Kind and value of a target that is right, or BalanceError."""
    if target == "majority":
        return "ratio", 1.0
    if isinstance(target, str):
        raise unknown("target", target, ["majority", *(f"{{{kind}: …}}" for kind in BOUNDS)], "target")
    if not isinstance(target, Mapping) or len(target) != 1:
        raise BalanceError(
            f"target {target!r} must be 'majority' or one of {', '.join(BOUNDS)} "
            "with its value, as {'ratio': 0.5}.",
            "target",
        )
    ((kind, value),) = target.items()
    if kind not in BOUNDS:
        raise unknown("target", kind, ["majority", *BOUNDS], "target")
    low, high, whole, meaning = BOUNDS[kind]
    fits = isinstance(value, int | float | np.number) and not isinstance(value, bool) and low <= value <= high
    if not fits or math.isinf(value) or (whole and value != int(value)):
        allowed = f"{low:g} to {high:g}" if math.isfinite(high) else f"{low:g} or more"
        number = "a whole number" if whole else "a number"
        raise BalanceError(f"target {kind}: {value!r} is not {number} from {allowed} ({meaning}).", "target")
    return kind, float(value)


def _ratio(counts: np.ndarray, ratio: float) -> np.ndarray:
    # With soft labels the largest count is no whole number: rounding up must not make it its own minority.
    return np.maximum(counts, min(_ceil(ratio * counts.max()), counts.max()))


def _count(counts: np.ndarray, wanted: float) -> np.ndarray:
    return np.maximum(counts, wanted)


def _factor(counts: np.ndarray, factor: float) -> np.ndarray:
    grown = np.array([_ceil(factor * n) for n in counts], dtype=float)
    return np.maximum(counts, np.minimum(grown, counts.max()))


def _copies(counts: np.ndarray, copies: float) -> np.ndarray:
    return counts * (1 + copies)


def _entropy(counts: np.ndarray, entropy: float) -> np.ndarray:
    largest = counts.max()

    def raised(level: int) -> np.ndarray:
        return np.maximum(counts, min(level, largest))

    # Raising the smallest classes together never lowers the entropy (their share is at most 1/C, which is at
    # most exp(-H)), so that halving finds the smallest level.
    low, high = 0, _ceil(largest)
    while low < high:
        middle = (low + high) // 2
        if normalised_entropy(raised(middle)) >= entropy - 1e-12:
            high = middle
        else:
            low = middle + 1
    return raised(low)


def _ceil(value: float) -> int:
    # 0.55 × 100 is 55.00000000000001: that is 55, not 56.
    return math.ceil(round(float(value), 6))


_LEVELS: dict[str, Callable[[np.ndarray, float], np.ndarray]] = {
    "ratio": _ratio,
    "count": _count,
    "factor": _factor,
    "copies": _copies,
    "entropy": _entropy,
}
