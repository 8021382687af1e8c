"""A whole recipe in anybody's Trainer: augmentation anew in every epoch, sampler, loss, stages."""

from __future__ import annotations

import inspect
import logging
import math
from collections.abc import Mapping, Sequence
from copy import copy
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from recipes.errors import CorpusError, RecipeError
from recipes.library import load_recipe

if TYPE_CHECKING:
    from augment.gates import Encoder
    from recipes.corpus.corpus import Corpus
    from recipes.feeding.encoding import Encode
    from recipes.feeding.rows import AugmentedRows, EncodedRows
    from recipes.schema import Recipe

_LOG = logging.getLogger(__name__)
BY_LENGTH = ("group_by_length", "batch_rebalance")
USED = {
    "class_weights",
    "loss",
    "sampler",
    "stages",
}  # keys of `train`; the others are of MER-HAN's own trainer


def equip(trainer: type, recipe: Recipe | str | Path | Mapping[str, Any]) -> type:
    """A Trainer class that trains as `recipe` says.

    Parameters
    ----------
    trainer : `transformers.Trainer` or any subclass.
    recipe : a Recipe, a name, a YAML file, or a dict.

    Returns
    -------
    a subclass, which takes what `trainer` takes and, beside it, the keywords of `Equipped`.

    Raises
    ------
    RecipeError : with all that is wrong with the recipe.
    """
    from balancer.plugin import balanced

    loaded = load_recipe(recipe)
    about = {
        "__doc__": f"{trainer.__name__} that trains as recipe {loaded.name} says; see `recipes.equip.Equipped`.",
        "__module__": trainer.__module__,
        "recipe": loaded,
        "trainer": trainer,
    }
    return type(f"Equipped{trainer.__name__}", (Equipped, balanced(trainer)), about)


class Equipped:
    """What `equip` adds to a Trainer.

    `train_dataset` may be a Corpus (its training rows), an AugmentedDataset, or any map-style dataset of dicts with
    a label and text, audio or both. What the recipe does is drawn for it anew in every epoch, as a function of seed
    (`data_seed`, else `seed`), row, copy and epoch, and before anything is encoded. Other datasets are encoded and
    nothing else. Epochs, batch size, learning rate and the like are those of TrainingArguments; an epoch is as long
    as the training originals.

    Parameters
    ----------
    encode : a row (dict: text, audio as ``{"array", "sampling_rate"}``, and whatever else the dataset has) to
        the model's inputs; with `batched`, columns of rows to columns of inputs. By default what
        `processing_class` makes of text or audio; without one, the data collator is given the rows.
    columns : our name to the dataset's, as in ``{"text": "sentence"}``.
    losses : by row id, for ``spread: hardest``. encoder : texts to vectors, for ``similarity: encoder``.

    Raises
    ------
    CorpusError, RecipeError : the dataset can't be trained on, or the recipe can't be done to it.
    """

    recipe: ClassVar[Recipe]
    trainer: ClassVar[type]

    def __init__(
        self,
        *args: Any,
        encode: Encode | None = None,
        batched: bool = False,
        columns: Mapping[str, str] | None = None,
        losses: Mapping[str, float] | None = None,
        encoder: Encoder | None = None,
        **kwargs: Any,
    ):
        given = named_arguments(self.trainer, args, kwargs)
        self._encoding = {"encode": encode, "batched": batched}
        self._columns, self._processing = columns, given.get("processing_class")
        self._classes = class_order(given.get("model"))
        self.augmented: AugmentedRows | None = None
        self.notes = unused(self.recipe)
        if given.get("train_dataset") is not None:
            self._prepare(given, losses=losses, encoder=encoder)
        if "eval_dataset" in given:
            given["eval_dataset"] = self._held_out(given["eval_dataset"], "dev")
        super().__init__(**given)
        if self.augmented is not None:
            from recipes.feeding.batches import check_model

            for stage in self.stages.by_epoch.values():
                check_model(
                    stage.features, list(inspect.signature(self.model.forward).parameters), self.recipe.name
                )
        if "labels" not in self.label_names:
            self.label_names = [*self.label_names, "labels"]
        for note in self.notes:
            _LOG.warning("%s", note)

    def num_examples(self, dataloader: Any) -> int:
        """Rows an epoch, as the Trainer counts what it has seen: the originals, however many copies there are."""
        if self.augmented is not None and dataloader.dataset is self.augmented:
            return self.augmented.originals
        return super().num_examples(dataloader)

    def _prepare(self, given: dict[str, Any], **options: Any) -> None:
        """The training rows in place of the dataset, and the recipe's loss by stage."""
        from balancer.plugin import Balance

        from recipes.feeding.rows import AugmentedRows
        from recipes.feeding.training import StagedLoss, row_stages

        if given.get("args") is None:
            from transformers import TrainingArguments

            given["args"] = TrainingArguments(output_dir="tmp_trainer")  # as the Trainer would
        arguments = given["args"]
        if given.get("balance") is not None:
            raise RecipeError(
                "The loss is the recipe's: leave balance out, or take balanced(…) instead of equip(…)."
            )
        if arguments.label_smoothing_factor:
            given["args"] = _without_smoothing(arguments, self.recipe)
        seed = seed_of(arguments)
        rows = AugmentedRows(
            given["train_dataset"], self.recipe, seed, classes=self._classes, columns=self._columns, **options
        )
        self.augmented = given["train_dataset"] = self._encoded(rows)
        self._classes = rows.classes
        self.notes += rows.notes
        batch = arguments.train_batch_size
        self.stages = row_stages(
            rows, self.recipe, epochs=epochs_of(arguments, rows.originals), batch_size=batch, seed=seed
        )
        if given.get("model") is not None:
            name_classes(given["model"], rows.classes)
        given["balance"] = Balance(
            loss=StagedLoss(self.stages, rows.classes, arguments.label_smoothing_factor)
        )

    def get_eval_dataloader(self, eval_dataset: Any = None) -> Any:
        """As the Trainer's; a dataset that isn't encoded yet is."""
        return super().get_eval_dataloader(self._held_out(eval_dataset, "dev"))

    def get_test_dataloader(self, test_dataset: Any) -> Any:
        """As the Trainer's; a dataset that isn't encoded yet is."""
        return super().get_test_dataloader(self._held_out(test_dataset, "test"))

    def _held_out(self, dataset: Any, split: str) -> Any:
        """A dataset of dev or test, its rows to be encoded; or several by name."""
        from recipes.corpus.corpus import Corpus
        from recipes.feeding.datasets import is_encoded
        from recipes.feeding.rows import EncodedRows

        if dataset is None or isinstance(dataset, str | EncodedRows):
            return dataset
        if isinstance(dataset, Mapping):
            return {name: self._held_out(one, split) for name, one in dataset.items()}
        if isinstance(dataset, Corpus):
            dataset = _of_split(dataset, split)
        elif is_encoded(dataset):
            return dataset
        return self._encoded(EncodedRows(dataset, classes=self._classes, columns=self._columns))

    def _encoded(self, rows: EncodedRows) -> Any:
        """The rows, told what makes inputs of them; ones that hold inputs already are left as they are."""
        from recipes.feeding.encoding import default_encode

        if not rows.ready:
            rows.encode = self._encoding["encode"] or default_encode(self._processing, rows.names)
            rows.batched = self._encoding["batched"]
        return rows

    def _get_train_sampler(self, train_dataset: Any = None) -> Any:
        """The recipe's order, each row with the epoch that it is drawn for."""
        if self.augmented is None:
            return super()._get_train_sampler(train_dataset)
        from recipes.feeding.order import EpochOrder
        from recipes.feeding.staged import StagedSampler

        strategy = getattr(self.args, "train_sampling_strategy", "random")
        if strategy in BY_LENGTH:
            raise RecipeError(
                f"train_sampling_strategy {strategy} sorts rows by lengths that change in every epoch; take random, and "
                "train.sampler: length_bucketed in the recipe."
            )
        orders = {first: stage.sampler for first, stage in self.stages.by_epoch.items()}
        return EpochOrder(self.augmented, StagedSampler(orders))

    def _get_collator_with_removed_columns(self, data_collator: Any, description: str | None = None) -> Any:
        """Columns go once rows are encoded; from rows that the collator encodes none does."""
        collate = data_collator
        if self.augmented is None or self.augmented.ready:
            collate = super()._get_collator_with_removed_columns(data_collator, description)
        chains = {first: stage.features for first, stage in self.stages.by_epoch.items()}
        if description != "Training" or not any(chains.values()):
            return collate
        from recipes.feeding.batches import FeatureBatches

        return FeatureBatches(collate, chains, seed_of(self.args), self.recipe.name)


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


def epochs_of(arguments: Any, originals: int) -> int:
    """How many epochs TrainingArguments ask for, one that isn't finished counted whole."""
    if arguments.max_steps <= 0:
        return max(1, math.ceil(arguments.num_train_epochs))
    rows = arguments.max_steps * arguments.gradient_accumulation_steps * arguments.train_batch_size
    return max(1, math.ceil(rows * arguments.world_size / originals))


def seed_of(arguments: Any) -> int:
    """What copies, voices and order are drawn by: TrainingArguments' data_seed, else its seed."""
    return arguments.seed if arguments.data_seed is None else arguments.data_seed


def unused(recipe: Recipe) -> list[str]:
    """A sentence on settings that only MER-HAN's own trainer has a use for; none where there are none."""
    train = recipe.train
    keeps_time = (
        bool(train.stages) or train.class_weights.drw_epoch is not None
    )  # in the training's own length
    own = [f"train.{key}" for key in train.model_fields_set - USED - ({"epochs"} if keeps_time else set())]
    own += ["train.stages.learning_rate"] if any(stage.learning_rate for stage in train.stages) else []
    own += [name for name in ("features", "model") if getattr(recipe, name)]
    if not own:
        return []
    named = ", ".join(sorted(own))
    return [
        f"Recipe {recipe.name}: {named} are for MER-HAN's own trainer and not used here; TrainingArguments say how long "
        "and how fast."
    ]


def _without_smoothing(arguments: Any, recipe: Recipe) -> Any:
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


def _of_split(corpus: Corpus, split: str) -> Corpus:
    """The originals of a split; of a corpus that has but one, or none, all."""
    splits = {row.split for row in corpus}
    if split in splits or len(splits) > 1:
        corpus = corpus.select(split)
    found = corpus.select(originals=True)
    if not len(found):
        raise CorpusError(
            f"{corpus.manifest or 'The corpus'} has no rows of {split}; give those that shall be evaluated."
        )
    return found
