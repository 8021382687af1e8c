"""Which steps of a recipe an audit looks at, each by itself, and where they stand in the recipe."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from recipes.steps import CONTAINERS, build_step

if TYPE_CHECKING:
    from augment.transform import Transform
    from recipes.schema import AugmentSettings, ClassSettings, Recipe

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Step:
    """One transform of a recipe.

    path : of its step in the recipe, `("augment", "text", 0, "some_of", "of", 2)`. modality : pairs, audio, text or
    features. label : the class whose `per_class` it stands in, None where it holds for all. unasked : why it is
    not audited, "" where it is.
    """

    path: Path
    name: str
    arguments: dict[str, Any]
    modality: str
    label: str | None = None
    unasked: str = ""

    @property
    def place(self) -> str:
        """`augment.text[0].some_of.of[2]`."""
        words = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path)
        return words.removeprefix(".")

    @property
    def key(self) -> str:
        """`augment.text[0].some_of.of[2].random_deletion`."""
        return f"{self.place}.{self.name}"

    @property
    def transform(self) -> Transform:
        """As the recipe has it."""
        return build_step({self.name: self.arguments})

    @property
    def voiced(self) -> bool:
        """Drawn once a voice, whose statistics follow."""
        return self.arguments.get("scope") == "speaker"


def steps_of(recipe: Recipe) -> list[Step]:
    """Every transform of a recipe that changes a copy, containers opened, in the recipe's order.

    A member of a container with scope "speaker" is drawn once a voice as the container is.
    """
    if recipe.augment is None:
        return []
    found = list(_in_section(recipe.augment, recipe.augment.modalities, ("augment",), None))
    for label, given in recipe.augment.per_class.items():
        modalities = given.modalities or recipe.augment.modalities
        found += _in_section(given, modalities, ("augment", "per_class", label), label)
    return found


def _in_section(
    settings: AugmentSettings | ClassSettings, modalities: str, path: Path, label: str | None
) -> Iterator[Step]:
    yield from _in_list(settings.pairs, (*path, "pairs"), "pairs", label, "", {})
    for modality, other in (("audio", "text"), ("text", "audio")):
        reason = f"modalities is {other}: it never runs" if modalities == other else ""
        yield from _in_list(getattr(settings, modality), (*path, modality), modality, label, reason, {})
    for step in _in_list(settings.features, (*path, "features"), "features", label, "", {}):
        yield Step(**{**vars(step), "unasked": "it works on features, in the trainer"})


def _in_list(
    steps: list[dict[str, Any]],
    path: Path,
    modality: str,
    label: str | None,
    reason: str,
    scope: dict[str, str],
) -> Iterator[Step]:
    for index, step in enumerate(steps):
        ((name, arguments),) = step.items()
        if name in CONTAINERS:
            inner = (
                {"scope": arguments["scope"]} if arguments.get("scope", "utterance") != "utterance" else scope
            )
            yield from _in_list(arguments["of"], (*path, index, name, "of"), modality, label, reason, inner)
            continue
        yield Step((*path, index), name, {**arguments, **scope}, modality, label, reason)
