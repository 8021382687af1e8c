"""A training as its stages: from which epoch on which recipe holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from recipes.schema import Recipe
    from recipes.train_settings import StageSettings, TrainSettings

_REPLACED = ("loss", "head_losses", "sampler")


@dataclass(frozen=True)
class Stage:
    """What holds from one epoch on.

    first : the epoch, from 0.
    recipe : the whole recipe as this stage has it; its own `train.stages` is empty.
    subset : each class keeps at most so many times the smallest class's training rows; None: all rows.
    learning_rate : a schedule of its own begins here, at this rate; None: the one that runs goes on.
    """

    first: int
    recipe: Recipe
    subset: float | None = None
    learning_rate: float | None = None


def stages_of(recipe: Recipe, epochs: int | None = None) -> tuple[Stage, ...]:
    """The stages of a training of `epochs` epochs (the recipe's own number by default), one at least.

    In a training of another length, stages and `drw_epoch` keep their place in it: with 6 and 4 epochs, the
    second of 5 begins after 3. The last stage always has an epoch.
    """
    train = recipe.train
    length = epochs or train.epochs
    found: dict[int, Stage] = {}
    begun = 0
    for given in train.stages or (None,):
        first = _moved(begun, train.epochs, length)
        found[first] = _stage(recipe, given, first, length)  # a stage that is left no epoch gives way
        begun += given.epochs if given else 0
    return tuple(found.values())


def counted_from(recipe: Recipe, epochs: int | None = None) -> int:
    """The first epoch, from 0, whose dev figure may end the training or be kept as its best.

    That of the last stage, with its class weights in: what comes before is not yet what the recipe is about,
    and often looks better on dev than it is in the end.
    """
    last = stages_of(recipe, epochs)[-1]
    return max(last.first, last.recipe.train.class_weights.drw_epoch or 0)


def timetable(recipe: Recipe, epochs: int | None = None) -> list[str]:
    """A sentence for what happens in mid-training: stages, deferred weights, and what counts as best."""
    stages = stages_of(recipe, epochs)
    given, length = len(recipe.train.stages), epochs or recipe.train.epochs
    said = list(_changes(recipe, stages))
    if given > len(stages):
        kept = "the last stage alone is" if len(stages) == 1 else f"{len(stages)} of {given} stages are"
        said.insert(
            0, f"{length} epoch{'s' if length > 1 else ''}: {kept} trained, there is no room for more."
        )
    counted = counted_from(recipe, epochs)
    if counted:
        said.append(f"early stopping and the best epoch count from epoch {counted + 1}.")
    return said


def _changes(recipe: Recipe, stages: tuple[Stage, ...]) -> Iterator[str]:
    given = recipe.train.stages
    for number, stage in enumerate(stages, start=1):
        if stage.first:
            keys = (
                sorted(given[number - 1].model_fields_set - {"epochs"}) if len(stages) == len(given) else ()
            )
            yield f"stage {number} begins with epoch {stage.first + 1}" + (
                f": {', '.join(keys)}." if keys else "."
            )
    deferred = {stage.recipe.train.class_weights.drw_epoch for stage in stages} - {None, 0}
    for epoch in sorted(deferred):
        yield f"class weights come in with epoch {epoch + 1}."


def _moved(epoch: int, length: int, new: int) -> int:
    """Where an epoch of a training of `length` epochs lies in one of `new`."""
    return epoch if new == length else min(round(epoch * new / length), new - 1)


def _stage(recipe: Recipe, given: StageSettings | None, first: int, length: int) -> Stage:
    train = recipe.train
    weights = train.weights_in(given)
    changed: dict[str, Any] = {}
    if given is not None:
        changed = {key: _given(given, key, train) for key in _REPLACED if key in given.model_fields_set}
    if weights.drw_epoch is not None:
        weights = weights.model_copy(update={"drw_epoch": _moved(weights.drw_epoch, train.epochs, length)})
    train = train.model_copy(update={**changed, "class_weights": weights, "stages": [], "epochs": length})
    update: dict[str, Any] = {"train": train}
    if given is not None and "features" in given.model_fields_set:
        update["augment"] = _with_features(recipe, given.features)
    return Stage(
        first, recipe.model_copy(update=update), given and given.subset, given and given.learning_rate
    )


def _given(stage: StageSettings, key: str, train: TrainSettings) -> Any:
    """A stage's value; null gives the default, as in a recipe."""
    value = getattr(stage, key)
    return type(train).model_fields[key].default if value is None else value


def _with_features(recipe: Recipe, steps: list[dict[str, Any]]) -> Any:
    from recipes.augment_settings import AugmentSettings

    return (recipe.augment or AugmentSettings()).model_copy(update={"features": steps})
