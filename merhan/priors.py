"""How frequent the classes are where a model is used, as people say it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from merhan.errors import PriorError

Prior = str | Path | Mapping[str, float] | Sequence[float] | np.ndarray

LARGEST = sys.float_info.max
ROUNDED = 0.015  # shares that were rounded for people add up to 0.99 or 1.01


def read_prior(given: Prior, classes: Sequence[str], known: Mapping[str, Sequence[float]]) -> np.ndarray:
    """Shares of the classes, (classes,) in class order, summing to 1.

    Parameters
    ----------
    given : "even"; a name in `known`; "class=share,class=share"; a JSON file of {class: share}; a mapping; or
        numbers in class order.  Shares sum to 1, or are counts: whole numbers.
    known : shares by name, for what the model was trained with.

    Raises
    ------
    PriorError : a class that is unknown or missing, by name; shares that are neither; a file that can't be read.
    """
    if isinstance(given, str | Path):
        if given == "even":
            return np.full(len(classes), 1 / len(classes))
        if str(given) in known:
            return np.asarray(known[str(given)], dtype=float)
        given = _of_text(str(given), known)
    if not isinstance(given, Mapping):
        values = list(given)
        if len(values) != len(classes):
            raise PriorError(
                f"The prior has {len(values)} numbers for {len(classes)} classes; give one each."
            )
        given = dict(zip(classes, values, strict=True))
    return _shares(given, classes)


def _of_text(text: str, known: Iterable[str]) -> Mapping[str, Any]:
    if "=" in text and not _is_file(text):
        parts = [part.rpartition("=") for part in text.split(",") if part.strip()]
        try:
            found = {name.strip(): float(share) for name, _, share in parts}
        except ValueError:
            raise PriorError(
                f"--prior {text!r} is not class=share,class=share, shares being numbers."
            ) from None
        if len(found) < len(parts):
            raise PriorError(f"--prior {text!r} names a class twice.")
        return found
    try:
        found = json.loads(Path(text).read_text(encoding="utf-8"))
    except OSError as error:
        words = ", ".join(["even", *known])
        raise PriorError(
            f"The prior {text!r} is none of {words}, no class=share,… and no file ({error.strerror})."
        ) from None
    except ValueError as error:
        raise PriorError(f"{text} is not JSON ({error}); write {{class: share}}.") from None
    if not isinstance(found, dict):
        raise PriorError(f"{text} holds no JSON object; write {{class: share}}.")
    return found


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except OSError:  # the shares of thirty classes are no file name: too long
        return False


def _shares(given: Mapping[str, Any], classes: Sequence[str]) -> np.ndarray:
    listed = ", ".join(classes)
    if unknown := sorted(set(map(str, given)) - set(classes)):
        raise PriorError(f"The prior names {_names(unknown)}, and the model's classes are {listed}.")
    if missing := [name for name in classes if name not in given]:
        raise PriorError(
            f"The prior lacks {_names(missing)}; give every class a share, 0 if it doesn't occur."
        )
    for name in classes:
        share = given[name]
        number = isinstance(share, int | float | np.number) and not isinstance(share, bool)
        if not number or not 0 <= share <= LARGEST:
            raise PriorError(
                f"The prior gives {name} {share!r}, which is no share or count: a number from 0."
            )
    values = np.array([float(given[name]) for name in classes])
    total = values.sum()
    counts = total > 0 and bool((values == np.round(values)).all())
    if not counts and abs(total - 1) > ROUNDED:
        raise PriorError(
            f"The prior's shares sum to {total:.4g}; make them sum to 1, or give counts (whole numbers)."
        )
    return values / total


def _names(names: Sequence[str]) -> str:
    return ("class " if len(names) == 1 else "classes ") + ", ".join(map(repr, names))
