"""How tasks are run: `local` in processes of this machine.

An engine is made with (workers, tasks, ahead) and starts its workers then, has `workers`, how many there are, and
`close()`; called with (work, tasks), as often as one likes, it gives each task's place and result, in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Protocol

from recipes.errors import RecipeError
from recipes.suggest import did_you_mean


class Engine(Protocol):
    """What runs tasks; see `recipes.engines.local.Processes`."""

    workers: int

    def __call__(self, work: Callable[[Any], Any], tasks: Sequence[Any]) -> Iterator[tuple[int, Any]]: ...

    def close(self) -> None: ...


ENGINES = ("local",)


def find_engine(name: str) -> Callable[..., Engine]:
    """What makes the engine called `name`.

    Raises
    ------
    RecipeError : there is none of that name.
    """
    if name == "local":
        from recipes.engines.local import Processes

        return Processes
    raise RecipeError(
        f"no engine is called {name!r}{did_you_mean(name, ENGINES)}; choose {', '.join(ENGINES)}."
    )
