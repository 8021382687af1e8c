"""Something of a registry in a recipe: its name, and its options beside it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import ConfigDict, model_validator

from recipes.fields import Faulty, Section, shown
from recipes.suggest import did_you_mean


class Named(Section):
    """Something of a registry by `name`; the keys beside it are its options."""

    model_config = ConfigDict(extra="allow")

    name: str

    @model_validator(mode="before")
    @classmethod
    def _bare_name(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value

    def options(self) -> dict[str, Any]:
        """All but the name."""
        return {key: value for key, value in self.model_dump().items() if key != "name"}

    def _check_options(self, kind: str, find: Callable[[str], Any], names: Callable[[], list[str]]) -> None:
        from balancer.errors import BalanceError

        faulty = Faulty()
        try:
            declared = find(self.name).options
        except BalanceError as error:
            known = names()
            hint = did_you_mean(self.name, known) or f" (known: {', '.join(known)})"
            absent = f"no {kind} is called {self.name!r}{hint}"
            faulty.add(("name",), str(error).rstrip(".") if self.name in known else absent)
            declared = None
        for key, value in (self.model_extra or {}).items() if declared is not None else ():
            if key not in declared:
                takes = [*type(self).model_fields, *declared]
                hint = did_you_mean(key, takes) or f" (known: {', '.join(takes)})"
                faulty.add((key,), f"is no option of {kind} {self.name}{hint}", key=True)
            elif not declared[key].accepts(value):
                faulty.add((key,), f"{shown(value)} is not allowed; give {declared[key].allowed}")
        faulty.raise_if_any()
