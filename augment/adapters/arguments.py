"""A transform class whose arguments are those of another library's class."""

from __future__ import annotations

import inspect
import re
from collections.abc import Collection
from dataclasses import MISSING, fields, make_dataclass
from typing import Any

from augment.parameters import ParameterError, setting
from augment.transform import Transform, find_transform


def with_arguments_of(
    peer: type, base: type[Transform], name: str, without: Collection[str]
) -> type[Transform]:
    """`base` as a frozen dataclass called `name`, with a field for each argument of `peer`'s constructor.

    Arguments that YAML can't write (functions, arrays) keep the peer's default and can't be given.
    """
    declared = []
    for parameter in inspect.signature(peer.__init__).parameters.values():
        if parameter.name in {"self", "p", *without} or parameter.kind in (
            parameter.VAR_POSITIONAL,
            parameter.VAR_KEYWORD,
        ):
            continue
        default = MISSING if parameter.default is parameter.empty else parameter.default
        if default is MISSING:
            declared.append((parameter.name, Any, setting(MISSING)))
        elif _plain(default):
            declared.append((parameter.name, Any, _default(default)))
    about = (inspect.getdoc(peer) or peer.__name__).strip().partition("\n\n")[0]
    return make_dataclass(
        peer.__name__,
        declared,
        bases=(base,),
        namespace={"__doc__": f"{name}: {about}", "__module__": base.__module__, "name": name, "peer": peer},
        frozen=True,
        kw_only=True,
    )


def by_name(transform: Transform) -> tuple[Any, ...]:
    """How a transform is pickled whose class is made on demand: by its name and arguments."""
    given = {f.name: getattr(transform, f.name) for f in fields(transform) if f.init}
    return _named, (transform.name, given)


def _named(name: str, arguments: dict[str, Any]) -> Transform:
    return find_transform(name)(**arguments)


def check_made(make: Any, arguments: dict[str, Any]) -> Any:
    """What the peer's constructor makes of the arguments; its complaints as ParameterError that names one.

    Peers complain by assertions, missing data by LookupError, wrong values by anything.
    """
    try:
        return make(**arguments)
    except Exception as error:
        said = (str(error).strip() or _assertion(error)).splitlines()
        reason = next((line.strip() for line in said if line.strip()), type(error).__name__)
        words = set(re.findall(r"\w+", reason.lower()))
        culprit = next((name for name in arguments if name in words and name != "p"), "arguments")
        raise ParameterError(culprit, f"{make.__name__} refuses it: {reason}") from error


def _assertion(error: Exception) -> str:
    """The line of a bare `assert`, which is all that it says."""
    if not isinstance(error, AssertionError):
        return type(error).__name__
    frame = inspect.getinnerframes(error.__traceback__)[-1]
    line = (frame.code_context or [""])[0].strip()
    return line.removeprefix("assert ").rstrip(",(") + " must hold"


def _default(value: Any) -> Any:
    if isinstance(value, list | dict | set):
        declared = setting(MISSING)
        declared.default_factory = lambda: type(value)(value)
        return declared
    return setting(value)


def _plain(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return all(map(_plain, value))
    if isinstance(value, dict):
        return all(map(_plain, value.values()))
    return value is None or isinstance(value, bool | int | float | str)
