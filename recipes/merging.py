"""One recipe over another: maps merge, lists replace, a one-of is replaced whole, null removes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from recipes.marks import Marked

ONE_OFS = {("balance", "target"), ("balance", "budget")}  # maps of which one key excludes the others


def is_one_of(path: tuple[str, ...]) -> bool:
    """Whether the map at `path` has one key that excludes the others, for single classes too."""
    return path in ONE_OFS or (path[:2] == ("balance", "per_class") and path[3:] == ("target",))


def merge(base: Marked, over: Marked, path: tuple[str, ...] = ()) -> Marked:
    """`over` upon `base`, marks kept: what is inherited still says in which file it stands."""
    if is_one_of(path) or not (isinstance(base.value, dict) and isinstance(over.value, dict)):
        return over
    merged = dict(base.value)
    for key, item in over.value.items():
        if key in merged and item.value is None:
            del merged[key]
        elif key in merged:
            merged[key] = merge(merged[key], item, (*path, key))
        else:
            merged[key] = item
    return Marked(merged, over.place, over.key_place)


def merge_plain(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """The same rule for plain maps without one-ofs, as `per_class` over `augment`."""
    merged = dict(base)
    for key, item in over.items():
        if item is None:
            merged.pop(key, None)
        elif isinstance(item, Mapping) and isinstance(merged.get(key), Mapping):
            merged[key] = merge_plain(merged[key], item)
        else:
            merged[key] = item
    return merged
