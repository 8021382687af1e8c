"""YAML that remembers where everything stood, so that an error can name line and column.

A recipe holds plain values only: maps with text keys, lists, text, numbers, true, false and null. Numbers
and booleans are read as YAML 1.2 does (`1e-3` is a number; `no` and `on` are words, for there are labels
called so), keys are always text, and no tag builds an object.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar, NoReturn

import yaml

from recipes.errors import Fault, RecipeError
from recipes.marks import Marked, Place, plain

MAX_VALUES = 100_000  # aliases of aliases can make a small file expand without end
_STANDARD = "tag:yaml.org,2002:"


def read_marked(text: str, file: str) -> Marked:
    """Parse one YAML document whose top is a map.

    Raises
    ------
    RecipeError : for what is not YAML, duplicate keys, tags that build objects, circular aliases and a top
        that is no map; each fault has its line and column.
    """
    try:
        node = yaml.compose(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        raise RecipeError.of([_syntax_fault(error, file)]) from None
    except yaml.YAMLError as error:
        raise RecipeError.of([Fault(file, 1, 1, "", f"is not YAML: {_one_line(error)}")]) from None
    except RecursionError:
        raise RecipeError.of([Fault(file, 1, 1, "", "is nested too deeply to be a recipe")]) from None
    if node is None:
        raise RecipeError.of([Fault(file, 1, 1, "", "is empty; a recipe is a map of keys, see `recipes ls`")])
    reader = _Reader(file)
    tree = reader.convert(node, "")
    if not reader.faults and not isinstance(tree.value, dict):
        reader.faults.append(tree.place.fault("", "a recipe is a map of keys (name, balance, train …)"))
    if reader.faults:
        raise RecipeError.of(reader.faults)
    return tree


def parse_value(text: str) -> Any:
    """One plain value as YAML reads it, for overrides; raises RecipeError."""
    try:
        node = yaml.compose(text, Loader=_Loader)
    except (yaml.YAMLError, RecursionError) as error:
        raise RecipeError(f"{text!r} is not YAML: {_one_line(error)}") from None
    if node is None:
        return None
    reader = _Reader("")
    tree = reader.convert(node, "")
    if reader.faults:
        raise RecipeError(reader.faults[0].message)
    return plain(tree)


def to_yaml(value: Mapping[str, Any]) -> str:
    """YAML text that `read_marked` reads back to the same value, keys in the order given."""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110)


class _Loader(yaml.SafeLoader):
    """SafeLoader with the scalars of YAML 1.2."""

    yaml_implicit_resolvers: ClassVar[dict] = {}


class _Dumper(yaml.SafeDumper):
    """SafeDumper that also quotes what only `_Loader` takes for a number."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


_FLOAT = re.compile(
    r"(?:[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$"
)
_SCALARS = {
    "bool": (re.compile(r"(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF")),
    "int": (re.compile(r"[-+]?[0-9]+$"), list("-+0123456789")),
    "float": (_FLOAT, list("-+.0123456789")),
    "null": (re.compile(r"(?:~|null|Null|NULL|)$"), ["~", "n", "N", ""]),
    "merge": (re.compile(r"<<$"), ["<"]),
}
for _tag, (_pattern, _first) in _SCALARS.items():
    _Loader.add_implicit_resolver(_STANDARD + _tag, _pattern, _first)
_Dumper.add_implicit_resolver(_STANDARD + "float", _FLOAT, list("-+.0123456789"))

_CONSTRUCT = {
    "null": lambda text: None,
    "bool": lambda text: {"true": True, "false": False}[text.lower()],
    "int": int,
    "float": lambda text: float(text.lower().replace(".inf", "inf").replace(".nan", "nan")),
    "str": str,
}


class _Reader:
    """Nodes to Marked, collecting faults."""

    def __init__(self, file: str):
        self.file = file
        self.faults: list[Fault] = []
        self._open: set[int] = set()
        self._count = 0

    def convert(self, node: yaml.Node, key: str) -> Marked:
        place = self._place(node)
        self._count += 1
        if self._count > MAX_VALUES:
            self._stop(place, f"its aliases make more than {MAX_VALUES:,} values of it")
        if id(node) in self._open:
            self._stop(place, "an alias holds itself")
        kind = node.tag.removeprefix(_STANDARD)
        if kind not in {"map", "seq", "merge", *_CONSTRUCT}:
            self._fault(place, key, f"tag {_shown_tag(node.tag)} is not allowed; a recipe holds plain values")
            return Marked(None, place)
        self._open.add(id(node))
        try:
            if isinstance(node, yaml.MappingNode):
                return Marked(self._map(node, key), place)
            if isinstance(node, yaml.SequenceNode):
                return Marked([self.convert(item, f"{key}[{i}]") for i, item in enumerate(node.value)], place)
            return Marked(self._scalar(node, kind, key), place)
        finally:
            self._open.discard(id(node))

    def _scalar(self, node: yaml.ScalarNode, kind: str, key: str) -> Any:
        try:
            return _CONSTRUCT.get(kind, str)(node.value)
        except (ValueError, KeyError):
            self._fault(self._place(node), key, f"{node.value[:40]!r} can't be read as {kind}")
            return None

    def _map(self, node: yaml.MappingNode, key: str) -> dict[str, Marked]:
        own: dict[str, Marked] = {}
        merged: dict[str, Marked] = {}
        for key_node, value_node in node.value:
            place = self._place(key_node)
            if not isinstance(key_node, yaml.ScalarNode):
                self._fault(place, key, "a key must be a word; quote it if it is meant as text")
                continue
            if key_node.tag == _STANDARD + "merge":
                merged = {**self._merged(value_node, key), **merged}
                continue
            name = key_node.value
            dotted = f"{key}.{name}" if key else name
            item = self.convert(value_node, dotted)
            item.key_place = place
            if name in own:
                first = own[name].at.line
                self._fault(place, dotted, f"is given twice, first in line {first}; remove one of the two")
            else:
                own[name] = item
        return {**merged, **own} if merged else own

    def _merged(self, node: yaml.Node, key: str) -> dict[str, Marked]:
        sources = node.value if isinstance(node, yaml.SequenceNode) else [node]
        found: dict[str, Marked] = {}
        for source in sources:
            item = self.convert(source, key)
            if not isinstance(item.value, dict):
                self._fault(item.place, key, "<< takes a map, or a list of maps")
                continue
            found = {**item.value, **found}
        return found

    def _place(self, node: yaml.Node) -> Place:
        return Place(self.file, node.start_mark.line + 1, node.start_mark.column + 1)

    def _fault(self, place: Place, key: str, message: str) -> None:
        self.faults.append(place.fault(key, message))

    def _stop(self, place: Place, message: str) -> NoReturn:
        raise RecipeError.of([*self.faults, place.fault("", message)])


def _syntax_fault(error: yaml.MarkedYAMLError, file: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    problem = " ".join(part for part in (error.context, error.problem) if part)
    if "'\\t'" in problem:
        problem = "a tab stands where spaces must; indent with spaces"
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    return Fault(file, line, column, "", f"is not YAML: {problem}")


def _one_line(error: BaseException) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem:
        return error.problem
    return " ".join(str(error).split()) or type(error).__name__


def _shown_tag(tag: str) -> str:
    return tag.replace(_STANDARD, "!!")
