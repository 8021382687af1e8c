"""How tasks are run: `local` in processes of this machine.

An engine is a function (work, tasks, workers) that gives each task's place and result, in any order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from recipes.errors import RecipeError
from recipes.suggest import did_you_mean

Engine = Callable[..., Iterator[tuple[int, Any]]]
ENGINES = ("local",)


def find_engine(name: str) -> Engine:
    """The engine called `name`.

    Raises
    ------
    RecipeError : there is none of that name.
    """
    if name == "local":
        from recipes.engines.local import run

        return run
    raise RecipeError(
        f"no engine is called {name!r}{did_you_mean(name, ENGINES)}; choose {', '.join(ENGINES)}."
    )
