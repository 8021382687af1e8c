"""`--set KEY=VALUE` and `--set ~KEY`: one key of a recipe given or taken away from outside."""

from __future__ import annotations

import re
from collections.abc import Iterable

from recipes.errors import Fault, RecipeError
from recipes.fields import shown
from recipes.marks import Marked, Place, marked
from recipes.merging import is_one_of
from recipes.suggest import did_you_mean
from recipes.yaml_marks import parse_value

# A word, a "quoted.word" (a label may hold a dot), or an index: augment.audio[0].rate or augment.audio.0.rate
_PART = re.compile(r'\.?(?:"(?P<quoted>[^"]*)"|\[(?P<index>\d+)\]|(?P<word>[^.\[\]"]+))')


def apply_overrides(tree: Marked, overrides: Iterable[str]) -> Marked:
    """`tree` with each override upon it, in the order given; what they set has the override as its place.

    A step of a list is named by its index or, where it is the only one of that name, by its name:
    `augment.audio.pitch_shift.semitones=[-1, 1]`.

    Raises
    ------
    RecipeError : with a fault for each override that is none, or that names a place which does not exist.
    """
    faults: list[Fault] = []
    for text in overrides:
        try:
            tree = _apply(tree, text)
        except _Impossible as error:
            faults.append(Fault(f"--set {text}", None, None, error.key, str(error)))
    if faults:
        raise RecipeError.of(faults)
    return tree


def key_of(text: str) -> str:
    """The key that an override is about."""
    return text.strip().removeprefix("~").partition("=")[0].strip()


class _Impossible(Exception):
    def __init__(self, key: str, message: str):
        super().__init__(message)
        self.key = key


def _apply(tree: Marked, text: str) -> Marked:
    path = _path(key_of(text))
    if text.strip().startswith("~"):
        return _remove(tree, path, ())
    if "=" not in text:
        raise _Impossible("", f"write KEY=VALUE to set a key, or ~{text.strip()} to remove it")
    try:
        value = parse_value(text.partition("=")[2])
    except RecipeError as error:
        raise _Impossible(key_of(text), str(error)) from None
    return _set(tree, path, (), marked(value, Place(f"--set {text}")))


def _path(key: str) -> tuple[str, ...]:
    parts: list[str] = []
    end = 0
    for match in _PART.finditer(key):
        if match.start() != end:
            break
        parts.append(match["quoted"] or match["index"] or match["word"])
        end = match.end()
    if not parts or end != len(key):
        raise _Impossible("", f"{key!r} is no key; write it as balance.target.ratio")
    return tuple(parts)


def _set(tree: Marked, path: tuple[str, ...], done: tuple[str, ...], new: Marked) -> Marked:
    """A copy of `tree` in which `path` is `new`; maps that are missing on the way are made."""
    if not path:
        new.key_place = new.place
        return new
    part, rest = path[0], path[1:]
    if isinstance(tree.value, list):
        index = _index(tree.value, part, done)
        items = list(tree.value)
        # Named, the step is a map in which the name comes first; counted, the path goes on behind the index.
        onward = rest if part.isdigit() else path
        items[index] = _set(_as_step(items[index], onward), onward, done, new)
        return Marked(items, tree.place, tree.key_place)
    if tree.value is not None and not isinstance(tree.value, dict) and not is_one_of(done):
        raise _Impossible(
            ".".join((*done, *path)), f"{'.'.join(done)} is {shown(tree.value)}, which has no keys"
        )
    held = {} if is_one_of(done) or tree.value is None else dict(tree.value)
    below = held.get(part) or Marked(None, new.place, new.place)
    held[part] = _set(below, rest, (*done, part), new)
    return Marked(held, new.place if tree.value is None else tree.place, tree.key_place)


def _remove(tree: Marked, path: tuple[str, ...], done: tuple[str, ...]) -> Marked:
    part, rest = path[0], path[1:]
    if isinstance(tree.value, list):
        index = _index(tree.value, part, done)
        items = list(tree.value)
        if not rest:
            del items[index]
        else:
            items[index] = _remove(items[index], rest if part.isdigit() else path, done)
        return Marked(items, tree.place, tree.key_place)
    held = dict(tree.value) if isinstance(tree.value, dict) else {}
    if part not in held:
        _check_removable((*done, *path), held)
        return tree
    if rest:
        held[part] = _remove(held[part], rest, (*done, part))
    else:
        del held[part]
    return Marked(held, tree.place, tree.key_place)


def _check_removable(path: tuple[str, ...], held: dict[str, Marked]) -> None:
    """A right key that is not set may be removed (scripts do it over many recipes), a wrong word may not."""
    from recipes.allowed import field_at, keys_at

    if field_at(path) is None:
        key = ".".join(path)
        raise _Impossible(
            key, f"there is no {key} to remove{did_you_mean(path[-1], [*keys_at(path[:-1]), *held])}"
        )


def _index(items: list[Marked], part: str, done: tuple[str, ...]) -> int:
    where = ".".join(done)
    if part.isdigit():
        if int(part) >= len(items):
            raise _Impossible(f"{where}[{part}]", f"{where} has {len(items)} entries, counted from 0")
        return int(part)
    names = [_step_name(item) for item in items]
    if names.count(part) > 1:
        raise _Impossible(
            f"{where}.{part}", f"{where} has several steps called {part}; give its index instead"
        )
    if part not in names:
        known = [name for name in names if name]
        hint = did_you_mean(part, known) or f" (known: {', '.join(known) or 'none'})"
        raise _Impossible(f"{where}.{part}", f"{where} has no step called {part}{hint}")
    return names.index(part)


def _step_name(item: Marked) -> str | None:
    if isinstance(item.value, dict) and len(item.value) == 1:
        return next(iter(item.value))
    return item.value if isinstance(item.value, str) else None


def _as_step(item: Marked, path: tuple[str, ...]) -> Marked:
    """A bare name as a map, where the override goes on inside it."""
    if path and item.value == path[0]:
        return Marked({path[0]: Marked(None, item.place, item.place)}, item.place)
    return item
