"""What a key of a recipe may hold, in words, read off the models."""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel
from pydantic.fields import FieldInfo

from recipes.schema import Recipe
from recipes.sections import section_model

Path = tuple[int | str, ...]
_WORDS = {
    int: "a whole number",
    float: "a number",
    str: "text",
    bool: "true or false",
    list: "a list",
    dict: "a map",
}
_BOUNDS = {"ge": "from", "gt": "above", "le": "to", "lt": "to below"}


def allowed_at(path: Path) -> str:
    """`a whole number from 1 to 1000 epochs`, `one of even, speaker`; empty where nothing is known."""
    listed = bool(path) and isinstance(path[-1], int)
    field = field_at(path[:-1] if listed else path)
    if field is None:
        return ""
    kinds = _kinds(_inside(field.annotation, path[-1]) if listed else field.annotation)
    words = [_kind(kind, field) for kind in kinds if kind is not type(None)]
    text = " or ".join(dict.fromkeys(word for word in words if word))
    if field.description and text in ("", "text", "a map", "text or a map"):
        text = field.description
    return f"{text}, or null" if type(None) in kinds and text else text


def field_at(path: Path) -> FieldInfo | None:
    """The declaration of a key, where a model declares it."""
    model = _model_at(path[:-1]) if path else None
    return model.model_fields.get(str(path[-1])) if model else None


def keys_at(path: Path, *, deep: bool = False) -> list[str]:
    """The keys that the map at `path` may have; with `deep`, dotted, those of the maps in it too."""
    model = _model_at(path)
    if model is None:
        return []
    return list(_deep_keys(model, path)) if deep else list(model.model_fields)


def _deep_keys(model: type[BaseModel], path: Path) -> Iterator[str]:
    for name in model.model_fields:
        yield ".".join(map(str, (*path, name)))
        inside = _model_at((*path, name))
        if inside is not None:
            yield from _deep_keys(inside, (*path, name))


def _model_at(path: Path) -> type[BaseModel] | None:
    """The model whose map stands at `path`."""
    annotation: Any = Recipe
    for depth, part in enumerate(path):
        section = section_model(str(part)) if depth == 0 else None
        annotation = section or _inside(annotation, part)
    return next((kind for kind in _kinds(annotation) if _is_model(kind)), None)


def _inside(annotation: Any, part: int | str) -> Any:
    """The annotation one key or index further in."""
    for kind in _kinds(annotation):
        if _is_model(kind) and part in kind.model_fields:
            return kind.model_fields[part].annotation
        if get_origin(kind) is dict:
            return get_args(kind)[1]
        if get_origin(kind) is list and isinstance(part, int):
            return get_args(kind)[0]
    return None


def _kinds(annotation: Any) -> tuple[Any, ...]:
    """The members of a union; of anything else, itself."""
    return get_args(annotation) if get_origin(annotation) in (Union, types.UnionType) else (annotation,)


def _is_model(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, BaseModel)


def _kind(kind: Any, field: FieldInfo) -> str:
    if get_origin(kind) is Literal:
        return f"one of {', '.join(map(str, get_args(kind)))}"
    if kind in (int, float):
        return f"{_WORDS[kind]}{_span(field)}"
    if get_origin(kind) is list:
        inner = _kind(get_args(kind)[0], field)
        return f"a list, each {inner}" if inner.startswith("one of") else "a list"
    if _is_model(kind):
        return f"a map of {', '.join(kind.model_fields)}"
    return _WORDS.get(get_origin(kind) or kind, "")


def _span(field: FieldInfo) -> str:
    """Bounds and unit, as ` from 1 to 1000 epochs`."""
    bounds = {b: getattr(m, b) for m in field.metadata for b in _BOUNDS if hasattr(m, b)}
    span = "".join(f" {words} {bounds[b]:g}" for b, words in _BOUNDS.items() if b in bounds)
    extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
    unit = extra.get("unit") or (f"({field.description})" if field.description else "")
    return f"{span} {unit}".rstrip()
