"""What each step of a recipe is and takes, read off the transforms themselves."""

from __future__ import annotations

import inspect
import re
from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields
from typing import Any

from augment.parameters import ParameterError, plain
from augment.transform import Transform, find_transform, transform_names
from recipes.suggest import did_you_mean

ORDER = ("audio", "text", "pairs", "features")


@dataclass(frozen=True)
class Argument:
    """One argument: its default as YAML would write it ("" where it must be given), and what may be given."""

    name: str
    default: str
    allowed: str


@dataclass(frozen=True)
class Description:
    """A transform as a recipe's author wants to know it.

    Attributes
    ----------
    modality : audio, text, pairs (both at once) or features.
    summary : one line; `about` the whole docstring.
    once_a_speaker : whether it takes `scope: speaker`.
    presets : arguments by strength; `evidence` what speaks for each.
    """

    name: str
    modality: str
    summary: str
    about: str
    once_a_speaker: bool
    arguments: tuple[Argument, ...]
    presets: Mapping[str, Mapping[str, Any]]
    evidence: Mapping[str, str]


def describe(name: str) -> Description:
    """One transform: ours, an installed package's, or `audiomentations.X`, `nlpaug.X`.

    Raises
    ------
    ParameterError : there is none of that name; the nearest is named.
    """
    try:
        cls = find_transform(name)
    except ParameterError as error:
        raise ParameterError("transform", f"{error.message}{did_you_mean(name, transform_names())}") from None
    about = inspect.getdoc(cls) or ""
    return Description(
        name=name,
        modality=cls.modality,
        summary=_first_sentence(about),
        about=about,
        once_a_speaker=cls.speaker_scope,
        arguments=tuple(_argument(cls, declared) for declared in fields(cls) if declared.init),
        presets={strength: plain(preset.arguments) for strength, preset in cls.presets.items()},
        evidence={strength: preset.evidence for strength, preset in cls.presets.items()},
    )


def describe_all() -> list[Description]:
    """Every registered transform: by modality, then by name."""
    found = [describe(name) for name in transform_names()]
    known = {modality: place for place, modality in enumerate(ORDER)}
    return sorted(found, key=lambda one: (known.get(one.modality, len(known)), one.name))


def flow(value: Any) -> str:
    """A value on one line of YAML."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(flow, value)) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return f"{value:g}" if isinstance(value, float) else str(value)


def _argument(cls: type[Transform], declared: Field) -> Argument:
    default = "" if declared.default is MISSING else flow(declared.default)
    if declared.default_factory is not MISSING:
        default = flow(declared.default_factory())
    meta = declared.metadata
    if declared.name == "p":
        allowed = "0 to 1 (a probability)"
    elif declared.name == "scope":
        allowed = "utterance, speaker" if cls.speaker_scope else "utterance"
    elif meta.get("allowed"):
        allowed = ", ".join(map(flow, meta["allowed"])) + (", or a list" if meta["kind"] == "options" else "")
    elif "low" in meta:
        span = f"{meta['low']:g} to {meta['high']:g} {meta.get('unit') or ''}".rstrip()
        allowed = f"range within {span}" if meta["kind"] == "span" else span
    else:
        allowed = ""
    return Argument(declared.name, default, allowed)


def _first_sentence(about: str) -> str:
    first = " ".join(about.partition("\n\n")[0].split())
    found = re.match(r"(.+?\.)(?:\s|$)", first)
    return (found[1] if found else first).rstrip(".:;") + "."
