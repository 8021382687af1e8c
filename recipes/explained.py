"""A recipe's file with a word on every line that has none of its own."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress

from recipes.errors import RecipeError
from recipes.glossary import GLOSSARY
from recipes.marks import Marked, plain
from recipes.yaml_marks import read_marked

Path = tuple[int | str, ...]
_STEPS = ("pairs", "audio", "text", "features")
_MARGIN = 40  # the column from which words begin, where the line is no longer
_LONG = 90  # beyond this words stand above the line


def explained(text: str, file: str) -> str:
    """The YAML `text` with a comment behind each line, or above it, and one for each further key on it.

    What the author wrote stays as it is, comments too, so that the result is still the same recipe.

    Raises
    ------
    RecipeError : where `text` is not YAML, or no map; `file` is what the error calls it.
    """
    keys: dict[int, list[tuple[Path, Marked]]] = defaultdict(list)
    tree = read_marked(text, file)
    for path, item in _entries(tree, ()):
        if item.key_place is not None and item.key_place.line is not None:
            keys[item.key_place.line].append((path, item))
        elif isinstance(item.value, str) and item.place.line is not None and _step_of(path) == path:
            keys[item.place.line].append((path, item))  # a bare step: its name is the value
    lines = []
    for number, line in enumerate(text.splitlines(), start=1):
        lines += _annotated(line, keys.get(number, []))
    whole = "\n".join(lines) + "\n"
    # Within text that goes on over lines, words would be part of it: such a file does without.
    return whole if _read(whole, file) == plain(tree) else text


def _read(text: str, file: str) -> object:
    try:
        return plain(read_marked(text, file))
    except RecipeError:
        return None


def words_at(path: Path, value: object = None) -> str:
    """What the key at `path` does, in a few words; empty where nobody knows."""
    step = _step_of(path)
    if step is not None:
        return _in_steps(path[len(step) :], value)
    named = tuple(part for part in path if isinstance(part, str))
    if named[1:2] == ("per_class",):
        named = (named[0], *named[3:]) if len(named) > 3 else named[:2]
    if named[:2] == ("train", "stages") and ".".join(named) not in GLOSSARY:
        named = ("train", *named[2:])
    if named[:2] == ("train", "head_losses") and len(named) > 3:
        named = ("train", "loss", *named[3:])
    dotted = ".".join(named)
    return GLOSSARY.get(dotted) or _option(named) or _described(path)


def _entries(tree: Marked, path: Path) -> Iterator[tuple[Path, Marked]]:
    """Everything in `tree`, each before what is in it."""
    items = tree.value.items() if isinstance(tree.value, dict) else enumerate(tree.value)
    for part, item in items:
        yield (*path, part), item
        if isinstance(item.value, dict | list):
            yield from _entries(item, (*path, part))


def _annotated(line: str, entries: list[tuple[Path, Marked]]) -> Iterator[str]:
    """The line, and what is to be said of it."""
    said = [(path, words) for path, item in entries if (words := words_at(path, item.value))]
    if not said or _has_comment(line, entries):
        yield line
        return
    (_, first), *others = said
    indent = " " * (len(line) - len(line.lstrip()))
    # Behind text that goes on in the next line, # would be the end of it.
    above = len(line) > _LONG or any(_goes_on(item.value, line) for _, item in entries)
    further = [f"{indent}  #   {path[-1]}: {words}" for path, words in others]
    if above:
        yield from (f"{indent}# {first}", *further, line)
    else:
        yield from (f"{line:<{_MARGIN}}  # {first}", *further)


def _has_comment(line: str, entries: list[tuple[Path, Marked]]) -> bool:
    """Whether the author explains the line already; a # within a quoted value is none."""
    if " #" not in line:
        return False
    return not any(isinstance(item.value, str) and " #" in item.value for _, item in entries)


def _goes_on(value: object, line: str) -> bool:
    return isinstance(value, str) and value not in line


def _step_of(path: Path) -> Path | None:
    """The part of `path` that leads to the step it is in, or is: up to the step's index in its list."""
    for start in (1, 3):  # augment.audio, or augment.per_class.<label>.audio
        inside = path[:1] == ("augment",) and (start == 1 or path[1:2] == ("per_class",))
        if inside and len(path) > start + 1 and path[start] in _STEPS and isinstance(path[start + 1], int):
            return path[: start + 2]
    if path[:2] == ("train", "stages") and path[3:4] == ("features",) and len(path) > 4:
        return path[:5]
    return None


def _in_steps(path: Path, value: object) -> str:
    """`path` from a step's place in its list: its name, then its arguments or the steps that it holds."""
    from augment.parameters import ParameterError
    from recipes.descriptions import describe, flow
    from recipes.steps import CONTAINERS

    parts = list(path)
    while len(parts) > 2 and parts[0] in CONTAINERS and parts[1] == "of" and isinstance(parts[2], int):
        parts = parts[3:]
    name, *rest = parts or [value]
    if name in CONTAINERS or (rest and rest[0] in ("p", "scope", "preset", "of", "n")):
        return GLOSSARY.get(str(rest[0] if rest else name), "")
    try:
        found = describe(str(name))
    except ParameterError:
        return ""
    if not rest:
        summary = found.summary[0].lower() + found.summary[1:].rstrip(".")
        preset = found.presets.get(value) if isinstance(value, str) else None
        return f"{summary}: {flow(preset)}" if preset else summary
    argument = next((one for one in found.arguments if one.name == rest[0]), None)
    return argument.allowed if argument else ""


def _option(named: tuple[str, ...]) -> str:
    """What an option of a loss or sampler is, whichever of them has it."""
    if len(named) != 3 or named[0] != "train":
        return ""
    from balancer.errors import BalanceError
    from balancer.losses import find_loss, loss_names
    from balancer.samplers import find_sampler, sampler_names

    for find, names in ((find_loss, loss_names), (find_sampler, sampler_names)):
        for name in names():
            with suppress(BalanceError):  # of another package, and broken
                if option := find(name).options.get(named[2]):
                    return option.unit
    return ""


def _described(path: Path) -> str:
    """The words of the model's own declaration."""
    from recipes.allowed import field_at

    field = field_at(path)
    return (field.description or "") if field else ""
