"""A whole recipe in anybody's Trainer: augmentation anew in every epoch, sampler, loss, stages."""

from __future__ import annotations

import inspect
import logging
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from recipes.errors import CorpusError, RecipeError
from recipes.feeding.arguments import (
    class_order,
    name_classes,
    named_arguments,
    seed_of,
    unused,
    without_smoothing,
)
from recipes.library import load_recipe

if TYPE_CHECKING:
    from augment.gates import Encoder
    from recipes.corpus.corpus import Corpus
    from recipes.feeding.encoding import Encode
    from recipes.feeding.rows import AugmentedRows
    from recipes.feeding.staged import Staged
    from recipes.feeding.training import RowStage
    from recipes.schema import Recipe

_LOG = logging.getLogger(__name__)
BY_LENGTH = ("group_by_length", "batch_rebalance")


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
        from recipes.feeding.encoding import read_by

        given = named_arguments(self.trainer, args, kwargs)
        self._encode, self._batched, self._processing = encode, batched, given.get("processing_class")
        reads = ("text", "audio") if encode else read_by(self._processing)
        self._read = {"classes": class_order(given.get("model")), "columns": columns, "reads": reads}
        self.augmented: AugmentedRows | None = None
        self.stages: Staged[RowStage] | None = None
        self.notes = unused(self.recipe)
        if given.get("train_dataset") is not None:
            self._prepare(given, losses=losses, encoder=encoder)
        if "eval_dataset" in given:
            given["eval_dataset"] = self._held_out(given["eval_dataset"], "dev")
        super().__init__(**given)
        if self.augmented is not None:
            self._fit_to_model()
        if "labels" not in self.label_names:
            self.label_names = [*self.label_names, "labels"]
        for note in self.notes if self.is_world_process_zero() else ():
            _LOG.warning("%s", note)

    def _prepare(self, given: dict[str, Any], **options: Any) -> None:
        """The training rows in place of the dataset, and the recipe's loss by stage."""
        from balancer.plugin import Balance
        from balancer.plugin.huggingface import epochs_of
        from recipes.feeding.rows import AugmentedRows
        from recipes.feeding.training import StagedLoss, row_stages

        if given.get("balance") is not None:
            raise RecipeError(
                "The loss is the recipe's: leave balance out, or take balanced(…) instead of equip(…)."
            )
        if given.get("args") is None:
            from transformers import TrainingArguments

            given["args"] = TrainingArguments(output_dir="tmp_trainer")  # as the Trainer would
        arguments = given["args"]
        smoothing = arguments.label_smoothing_factor
        if smoothing:
            given["args"] = without_smoothing(arguments, self.recipe)
        seed = seed_of(arguments)
        rows = AugmentedRows(given["train_dataset"], self.recipe, seed, **self._read, **options)
        self.augmented = given["train_dataset"] = self._encoded(rows)
        self._read["classes"] = rows.classes
        self.notes += rows.notes
        epochs = epochs_of(arguments, rows.originals)
        self.stages = row_stages(
            rows, self.recipe, epochs=epochs, batch_size=arguments.train_batch_size, seed=seed
        )
        if given.get("model") is not None:
            name_classes(given["model"], rows.classes)
        given["balance"] = Balance(loss=StagedLoss(self.stages, rows.classes, rows.head, smoothing))

    def _fit_to_model(self) -> None:
        from recipes.feeding.batches import fit_for

        name_classes(self.model, self.augmented.classes)  # which model_init has made by now
        forward = inspect.signature(self.model.forward).parameters
        fitting, left_out = {}, []
        for first, stage in self.stages.by_epoch.items():
            features, missing = fit_for(stage.features, forward)
            fitting[first] = replace(stage, features=features)
            left_out += missing
        self.stages = type(self.stages)(fitting)
        if left_out:
            self.notes.append(
                f"Recipe {self.recipe.name}: {left_out[0]} is left out, since it mixes hidden vectors, which a model must do "
                "itself (forward(mix_with=, mix_pooled=, mix_fused=), as MER-HAN's does)."
            )

    def num_examples(self, dataloader: Any) -> int:
        """Rows an epoch, as the Trainer counts what it has seen: the originals, however many copies there are."""
        if self.augmented is not None and dataloader.dataset is self.augmented:
            return self.augmented.originals
        return super().num_examples(dataloader)

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
        return self._encoded(EncodedRows(dataset, **self._read))

    def _encoded(self, rows: Any) -> Any:
        """The rows, told what makes inputs of them; ones that hold inputs already are left as they are."""
        from recipes.feeding.encoding import default_encode

        if not rows.ready:
            rows.encode = self._encode or default_encode(self._processing, rows.names, rows.where)
            rows.batched = self._batched
        rows.check_encoding()
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
        chosen = any(stage.settings.sampler or stage.is_subset for stage in self.stages.by_epoch.values())
        if not chosen and (strategy == "sequential" or _has_own_order(self.trainer)):
            return EpochOrder(self.augmented, super()._get_train_sampler(train_dataset))
        orders = {first: stage.sampler for first, stage in self.stages.by_epoch.items()}
        return EpochOrder(self.augmented, StagedSampler(orders))

    def _get_collator_with_removed_columns(self, data_collator: Any, description: str | None = None) -> Any:
        """Columns go once rows are encoded; from rows that the collator encodes none does."""
        collate = data_collator
        if self.augmented is None or self.augmented.ready:
            collate = super()._get_collator_with_removed_columns(data_collator, description)
        if self.stages is None or description != "Training":
            return collate
        chains = {first: stage.features for first, stage in self.stages.by_epoch.items()}
        if not any(chains.values()):
            return collate
        from recipes.feeding.batches import FeatureBatches

        return FeatureBatches(collate, chains, seed_of(self.args), self.recipe.name)


def _has_own_order(trainer: type) -> bool:
    """Whether a Trainer class deals its rows itself."""
    from transformers import Trainer

    return trainer._get_train_sampler is not Trainer._get_train_sampler


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
