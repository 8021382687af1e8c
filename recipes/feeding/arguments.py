"""What somebody else's Trainer is called with, and what a recipe has to say about it."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

from recipes.errors import CorpusError, RecipeError

if TYPE_CHECKING:
    from recipes.schema import Recipe

# Keys of `train`; the others are of MER-HAN's own trainer.
USED = {"class_weights", "head_losses", "loss", "no_consensus", "sampler", "stages"}


def named_arguments(trainer: type, args: Sequence[Any], kwargs: Mapping[str, Any]) -> dict[str, Any]:
    """What a Trainer class is called with, by name: by the nearest constructor that names its parameters."""
    for cls in trainer.__mro__:
        if "__init__" in vars(cls):
            parameters = list(inspect.signature(cls.__init__).parameters.values())[1:]
            if not args or not any(p.kind is p.VAR_POSITIONAL for p in parameters):
                break
    names = [p.name for p in parameters if p.kind is p.POSITIONAL_OR_KEYWORD]
    return dict(zip(names, args, strict=False)) | dict(kwargs)


def class_order(model: Any) -> tuple[str, ...] | None:
    """Class names in the order of a model's logits; None where nobody has named them."""
    names = getattr(getattr(model, "config", None), "id2label", None)
    if not names or all(name == f"LABEL_{number}" for number, name in names.items()):
        return None
    return tuple(names[number] for number in sorted(names))


def name_classes(model: Any, classes: Sequence[str]) -> None:
    """Write the classes into a model's configuration that has no names for them: they are saved with it.

    Raises
    ------
    CorpusError : the model has another number of classes.
    """
    config = getattr(model, "config", None)
    outputs = len(getattr(config, "id2label", None) or ())
    if not outputs:
        return
    if outputs != len(classes):
        raise CorpusError(
            f"The rows have {len(classes)} classes ({', '.join(classes)}) and the model has {outputs}; set num_labels."
        )
    if class_order(model) is None and not all(name.isdigit() for name in classes):
        config.id2label = dict(enumerate(classes))
        config.label2id = {name: number for number, name in enumerate(classes)}


def seed_of(arguments: Any) -> int:
    """What copies, voices and order are drawn by: TrainingArguments' data_seed, else its seed."""
    return arguments.seed if arguments.data_seed is None else arguments.data_seed


def unused(recipe: Recipe) -> list[str]:
    """A sentence on settings that only MER-HAN's own trainer has a use for; none where there are none."""
    train = recipe.train
    # Stages and deferred weights keep their place in a training of another length.
    used = USED | ({"epochs"} if train.stages or train.class_weights.drw_epoch is not None else set())
    own = [f"train.{key}" for key in train.model_fields_set - used]
    own += ["train.stages.learning_rate"] if any(stage.learning_rate for stage in train.stages) else []
    own += [name for name in ("features", "model") if getattr(recipe, name)]
    if not own:
        return []
    return [
        f"Recipe {recipe.name}: {', '.join(sorted(own))} are for MER-HAN's own trainer and not used here; "
        "TrainingArguments say how long and how fast."
    ]


def without_smoothing(arguments: Any, recipe: Recipe) -> Any:
    """The arguments for a Trainer whose loss smooths already: what they ask for goes into the recipe's loss."""
    stages = [recipe.train, *recipe.train.stages]
    if any(stage.loss is not None and stage.loss.label_smoothing for stage in stages):
        raise RecipeError(
            f"Targets are smoothed twice, by label_smoothing_factor of TrainingArguments and train.loss.label_smoothing of "
            f"recipe {recipe.name}; keep one."
        )
    arguments = copy(arguments)
    arguments.label_smoothing_factor = 0.0
    return arguments
