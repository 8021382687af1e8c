"""A whole recipe in anybody's Trainer: augmentation anew in every epoch, sampler, loss, stages."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from recipes.library import load_recipe

if TYPE_CHECKING:
    from augment.gates import Encoder
    from recipes.feeding.encoding import Encode
    from recipes.feeding.rows import AugmentedRows, EncodedRows
    from recipes.schema import Recipe

_LOG = logging.getLogger(__name__)


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
        self.rows: AugmentedRows | None = None
        self.notes = unused(self.recipe)
        if given.get("train_dataset") is not None:
            from recipes.feeding.rows import AugmentedRows

            self.rows = given["train_dataset"] = self._encoded(
                AugmentedRows(
                    given["train_dataset"],
                    self.recipe,
                    seed_of(given.get("args")),
                    classes=self._classes,
                    columns=columns,
                    losses=losses,
                    encoder=encoder,
                )
            )
            self._classes = self.rows.classes
            self.notes += self.rows.notes
        if "eval_dataset" in given:
            given["eval_dataset"] = self._held_out(given["eval_dataset"], "dev")
        super().__init__(**given)
        if "labels" not in self.label_names:
            self.label_names = [*self.label_names, "labels"]
        for note in self.notes:
            _LOG.warning("%s", note)

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
            found = dataset.select(split, originals=True)
            dataset = found if len(found) else dataset.select(originals=True)
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
