"""The steps of `augment.pairs`, `.audio`, `.text` and `.features`: checked here, built here.

A step is `name: {arguments}`, `name: preset` or a bare name; `one_of` and `some_of` hold further steps. What a transform
takes is read off its dataclass, so a transform of somebody else's package is checked like our own.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from functools import partial
from typing import Any, Literal

from augment.adapters import adapter_names, is_adapter
from augment.parameters import ParameterError, plain
from augment.transform import (
    Transform,
    changes_duration,
    find_transform,
    preset_arguments,
    transform_names,
)
from recipes.fields import Faulty, shown
from recipes.suggest import did_you_mean

Modality = Literal["pairs", "audio", "text", "features"]
Step = dict[str, dict[str, Any]]  # one name, its arguments

_DOES = {
    "pairs": "joins utterances",
    "audio": "changes audio",
    "text": "changes text",
    "features": "changes features",
}
CONTAINERS = {"one_of": ("of", "p", "scope"), "some_of": ("of", "n", "p", "scope")}


def check_steps(value: Any, modality: Modality, *, per_class: bool = False) -> list[Step]:
    """The steps in their one inner form, `[{name: {arguments}}, …]`.

    Raises
    ------
    pydantic.ValidationError : with every fault in them, places relative to the list.
    """
    faulty = Faulty()
    steps = _check_list(value, (), _Where(modality, per_class, faulty))
    faulty.raise_if_any()
    return steps


def build_step(step: Step) -> Any:
    """The transform or container that a checked step describes."""
    ((name, arguments),) = step.items()
    if name not in CONTAINERS:
        return find_transform(name)(**arguments)
    rest = {key: value for key, value in arguments.items() if key != "of"}
    return _container(name)([build_step(member) for member in arguments["of"]], **rest)


def speaker_scoped(step: Step) -> bool:
    """Whether the step is drawn once a voice."""
    ((_, arguments),) = step.items()
    return arguments.get("scope") == "speaker"


@dataclass(frozen=True)
class _Where:
    """What surrounds a step: its list, and the container it stands in."""

    modality: Modality
    per_class: bool
    faulty: Faulty
    container: str | None = None
    container_scope: str | None = None


def _check_list(value: Any, loc: tuple, where: _Where) -> list[Step]:
    if value is None:
        return []
    if not isinstance(value, list):
        where.faulty.add(loc, f"{shown(value)} is no list of steps; write each as `- name: {{arguments}}`")
        return []
    steps = []
    changed_by: str | None = None  # the first utterance-scoped step that changes duration
    for index, item in enumerate(value):
        step = _check_step(item, (*loc, index), where)
        if step is None:
            continue
        if speaker_scoped(step) and changed_by and where.container is None:
            where.faulty.add(
                (*loc, index, *step, "scope"),
                f"a step drawn once a speaker can't follow {changed_by}, which is drawn for each utterance "
                "and changes duration; put it first",
            )
        if changed_by is None and not speaker_scoped(step) and _changes_duration(step):
            changed_by = next(iter(step))
        steps.append(step)
    return steps


def _check_step(item: Any, loc: tuple, where: _Where) -> Step | None:
    faulty = where.faulty
    if isinstance(item, str):
        item = {item: None}
    if not isinstance(item, dict) or not item:
        faulty.add(loc, f"{shown(item)} is no step; write `- name: {{arguments}}` or a bare name")
        return None
    if len(item) > 1:
        first, *others = item
        faulty.add(
            loc,
            f"a step has one name, this has {len(item)}: {', '.join(map(str, item))}; indent "
            f"{', '.join(map(str, others))} further if meant as arguments of {first}",
        )
        return None
    ((name, arguments),) = item.items()
    if arguments is None:
        arguments = {}
    if name not in CONTAINERS and not _is_known(name, loc, where):
        return None
    if isinstance(arguments, str) and name not in CONTAINERS:
        arguments = {"preset": arguments}  # `pitch_shift: light`
    if not isinstance(arguments, dict):
        faulty.add(
            (*loc, name), f"{shown(arguments)} is no map of arguments; write `{name}: {{argument: value}}`"
        )
        return None
    if name in CONTAINERS:
        checked = _check_container(name, arguments, (*loc, name), where)
    else:
        checked = _check_transform(find_transform(name), arguments, (*loc, name), where)
    if checked.get("scope") == "speaker":
        _check_scope((*loc, name, "scope"), where)
    return {name: checked}


def _is_known(name: str, loc: tuple, where: _Where) -> bool:
    try:
        modality = find_transform(name).modality
    except ParameterError as error:
        if is_adapter(name):
            hint = did_you_mean(name, adapter_names(name.partition(".")[0]))
            where.faulty.add((*loc, name), f"{error.message}{hint}", key=True)
            return False
        names = [*CONTAINERS, *names_of(where.modality)]
        hint = (
            did_you_mean(name, names)
            or did_you_mean(name, transform_names())
            or f" (known: {', '.join(names)})"
        )
        where.faulty.add((*loc, name), f"no {where.modality} transform is called {name!r}{hint}", key=True)
        return False
    except Exception as error:
        where.faulty.add((*loc, name), f"can't be loaded: {type(error).__name__}: {error}", key=True)
        return False
    if modality != where.modality:
        where.faulty.add(
            (*loc, name), f"{name} {_DOES[modality]}; it belongs under augment.{modality}", key=True
        )
    return modality == where.modality


def names_of(modality: Modality) -> list[str]:
    """The transforms of one modality, containers not among them."""
    return [name for name in transform_names() if find_transform(name).modality == modality]


def _check_transform(cls: type[Transform], arguments: dict, loc: tuple, where: _Where) -> dict[str, Any]:
    declared = {f.name: f for f in fields(cls) if f.init}
    if "preset" not in declared:
        arguments = _without_preset(cls, arguments, loc, where)
    good = _known_arguments(arguments, tuple(declared), loc, where)
    required = [n for n, f in declared.items() if f.default is MISSING and f.default_factory is MISSING]
    missing = [name for name in required if name not in good]
    for name in missing:
        where.faulty.add(loc, f"{name} is missing")
    if not missing:
        _try(cls, good, loc, where)
    if where.container_scope == "speaker" and not cls.speaker_scope:
        problem = f"{loc[-1]} can't be drawn once a speaker, as the scope of {where.container} asks"
        where.faulty.add(loc, f"{problem}; take it out", key=True)
    return good


def _without_preset(cls: type[Transform], arguments: dict, loc: tuple, where: _Where) -> dict[str, Any]:
    """The arguments that a preset stands for, then those written beside it, which win."""
    own = {key: value for key, value in arguments.items() if key != "preset"}
    if "preset" not in arguments:
        return own
    strength = arguments["preset"]
    try:
        return plain(preset_arguments(cls, strength)) | own
    except (ParameterError, TypeError):
        known = list(cls.presets)
        hint = did_you_mean(str(strength), known) or f" (known: {', '.join(known)})" if known else ""
        problem = f"{shown(strength)} is no preset of {cls.name}{hint}"
        where.faulty.add((*loc, "preset"), problem if known else f"{cls.name} has no presets")
        return own


def _check_container(name: str, arguments: dict, loc: tuple, where: _Where) -> dict[str, Any]:
    from augment.audio import Speed

    good = _known_arguments(arguments, tuple(CONTAINERS[name]), loc, where)
    if not good.get("of"):
        where.faulty.add(loc, "of is missing; give the list of steps to choose from")
        return good
    inside = replace(where, container=name, container_scope=good.get("scope", "utterance"))
    members = good["of"] if isinstance(good["of"], list) else [good["of"]]
    good["of"] = _check_list(good["of"], (*loc, "of"), inside)
    # The members have spoken for themselves; others, fit for anything, stand in while p, scope and n speak.
    own = {key: value for key, value in good.items() if key != "of"}
    _try(partial(_container(name), [Speed()] * len(members)), own, loc, where)
    return good


def _try(make: Callable[..., Any], arguments: dict[str, Any], loc: tuple, where: _Where) -> None:
    """Name every argument that `make` refuses: each round leaves out the one named last."""
    left = dict(arguments)
    while True:
        try:
            make(**left)
        except ParameterError as error:
            if error.parameter in left:
                hint = _nearest_word(make, error.parameter, left[error.parameter])
                where.faulty.add((*loc, error.parameter), f"{error.message}{hint}")
                del left[error.parameter]
                continue
            if error.parameter not in arguments:  # else its default doesn't fit either: enough said
                where.faulty.add(loc, str(error))
        except (TypeError, ValueError) as error:
            where.faulty.add(loc, str(error))
        return


def _nearest_word(make: Any, argument: str, value: Any) -> str:
    declared = {f.name: f.metadata.get("allowed") for f in fields(make)} if is_dataclass(make) else {}
    allowed = [*(declared.get(argument) or ()), *(("utterance", "speaker") if argument == "scope" else ())]
    words = value if isinstance(value, list) else [value]
    wrong = [word for word in words if isinstance(word, str) and word not in allowed]
    return did_you_mean(wrong[0], map(str, allowed)) if wrong else ""


def _container(name: str) -> Callable[..., Any]:
    from augment.chain import OneOf, SomeOf

    return {"one_of": OneOf, "some_of": SomeOf}[name]


def _known_arguments(arguments: dict, known: tuple[str, ...], loc: tuple, where: _Where) -> dict[str, Any]:
    for argument in arguments:
        if argument not in known:
            hint = did_you_mean(argument, known) or f" (it takes {', '.join(known)})"
            where.faulty.add((*loc, argument), f"{loc[-1]} takes no argument {argument!r}{hint}", key=True)
    return {argument: value for argument, value in arguments.items() if argument in known}


def _check_scope(loc: tuple, where: _Where) -> None:
    if where.per_class:
        where.faulty.add(
            loc, "no class owns a voice; a step drawn once a speaker belongs under augment.audio"
        )
    elif where.container and where.container_scope != "speaker":
        where.faulty.add(
            loc,
            f"a step drawn once a speaker can't stand inside {where.container}, which is drawn for each "
            f"utterance; give {where.container} itself scope: speaker",
        )


def _changes_duration(step: Step) -> bool:
    ((name, arguments),) = step.items()
    if name in CONTAINERS:
        return any(_changes_duration(member) for member in arguments.get("of") or [])
    return changes_duration(find_transform(name), arguments)
