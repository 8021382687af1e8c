"""Rows for any training loop: augmented, then encoded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from torch.utils.data import Dataset

from augment.chain import Sample
from augment.gates import Encoder
from recipes.consensus import learnt_from
from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance
from recipes.errors import CorpusError, RecipeError
from recipes.feeding.datasets import ENCODED, DatasetCorpus, corpus_of
from recipes.feeding.encoding import Encode, encode_columns
from recipes.feeding.labels import as_target, class_names
from recipes.feeding.makers import AsTheyAre, Maker
from recipes.feeding.sound import as_cell
from recipes.library import load_recipe
from recipes.online import AugmentedDataset
from recipes.schema import Recipe

Index = int | tuple[int, int]  # a row of the current epoch, or (epoch, row)


class Item(dict):
    """The inputs of one row; `key` is its id, and `epoch` its epoch: what collators seed their draws by."""

    def __init__(self, key: str, epoch: int, inputs: Mapping[str, Any]):
        super().__init__(inputs)
        self.key, self.epoch = key, epoch


class EncodedRows(Dataset):
    """Rows that nothing is drawn for: of dev, of test, or of a training without copies.

    Parameters
    ----------
    dataset : a Corpus, or a map-style dataset of dicts (see `corpus_of`).
    encode : a row to the model's inputs, or with `batched` columns of rows to columns of inputs; without it rows
        stay as they are, and the data collator encodes.
    classes : names by class number.
    columns : our name to the dataset's.
    reads : of text and audio, what the model is given: the other is left as it is, and not even decoded.
    where : what messages call the rows.
    """

    def __init__(
        self,
        dataset: Any,
        encode: Encode | None = None,
        *,
        batched: bool = False,
        classes: Sequence[str] | None = None,
        columns: Mapping[str, str] | None = None,
        reads: Sequence[str] = ("text", "audio"),
        where: str = "eval_dataset",
    ):
        if not isinstance(dataset, Corpus):
            dataset = corpus_of(dataset, columns, classes, where, split="", labelled=False)
        self.where, self.reads = where, tuple(reads)
        self.corpus = _reading(dataset, reads)
        self.encode, self.batched = encode, batched
        self.epoch = 0
        self.made: Maker = AsTheyAre(self.corpus)
        self.classes = _classes(self.corpus, classes)
        self.soft = any(not isinstance(row.label, str) for row in self.corpus)
        self.labelled = any(row.label for row in self.corpus)

    def set_epoch(self, epoch: int) -> None:
        """What an index without an epoch means from now on."""
        self.epoch = epoch
        self.made.set_epoch(epoch)

    def __len__(self) -> int:
        return len(self.made)

    def __getitem__(self, index: Index) -> Item:
        return self.__getitems__([index])[0]

    def __getitems__(self, indices: Sequence[Index]) -> list[Item]:
        """Several at once: what torch's loaders ask for."""
        rows, targets, keys = [], [], []
        places = [index if isinstance(index, tuple) else (self.epoch, index) for index in indices]
        for epoch, place in places:
            utterance, sample = self.made.at(int(place), int(epoch))
            targets.append(as_target(utterance.label, self.classes, self.soft))
            keys.append(utterance.id)
            rows.append(self.row(utterance, sample))
        if self.encode is not None:
            # Labels are as the model wants them, whatever encode made of them.
            labels = (self.names.get("label"), "labels")
            made = (
                encode_columns(self.encode, rows)
                if self.batched
                else [dict(self.encode(row)) for row in rows]
            )
            rows = [{name: value for name, value in row.items() if name not in labels} for row in made]
        return [
            Item(key, int(epoch), {**row, "labels": target} if self.labelled else row)
            for (epoch, _), key, row, target in zip(places, keys, rows, targets, strict=True)
        ]

    @property
    def ready(self) -> bool:
        """Whether items are the model's inputs; else the data collator has to make them."""
        if self.encode is not None:
            return True
        columns = self.corpus.source.names if isinstance(self.corpus, DatasetCorpus) else ()
        return bool(set(ENCODED) & set(columns)) and not {"text", "audio"} & set(self.names)

    def check_encoding(self) -> None:
        """Nothing is drawn for these rows, so that inputs which they hold are right."""

    @property
    def labels(self) -> list[Any]:
        """Of each item: its class number, or its shares where any label is soft."""
        return [as_target(row.label, self.classes, self.soft) for row in self.made.rows]

    @property
    def names(self) -> dict[str, str]:
        """Our column to the rows' own."""
        held = self.corpus.names if isinstance(self.corpus, DatasetCorpus) else None
        return dict(held or {"text": "text", "audio": "audio", "label": "label"})

    def row(self, utterance: Utterance, sample: Sample) -> dict[str, Any]:
        """What `encode` is given: the dataset's own columns, text and audio as they came out."""
        if not isinstance(self.corpus, DatasetCorpus):
            return {
                "id": utterance.id,
                "text": sample.text or "",
                "audio": as_cell(sample.audio, None),
                "speaker": utterance.speaker,
                "language": utterance.language,
                "label": as_target(utterance.label, self.classes, self.soft),
                **utterance.extra,
            }
        row, names = self.corpus.row(utterance), self.names
        if "text" in names and sample.text is not None:
            row[names["text"]] = sample.text
        if "audio" in names:
            row[names["audio"]] = as_cell(sample.audio, row[names["audio"]])
        return row


class AugmentedRows(EncodedRows):
    """Training rows, each followed by the copies that a recipe plans for it, drawn anew in every epoch, then encoded.

    What an item is depends on seed, row, copy and epoch alone. An index may carry its epoch, `(epoch, row)`, as those
    of `recipes.feeding.order.EpochOrder` do: a loader's workers then need not hear of `set_epoch`, which those
    that live on, or fetch ahead, would hear too late.

    Parameters
    ----------
    dataset : a Corpus (its training rows), an AugmentedDataset, or a map-style dataset of dicts.
    recipe : a Recipe, or what `load_recipe` takes; of one without `balance`, or for rows that hold copies already,
        nothing is drawn.
    losses, encoder : as `AugmentedDataset`.

    Raises
    ------
    CorpusError, RecipeError : as `AugmentedDataset`; words were to change and the rows hold token ids.
    """

    def __init__(
        self,
        dataset: Any,
        recipe: Recipe | str | Mapping[str, Any],
        seed: int = 0,
        encode: Encode | None = None,
        *,
        batched: bool = False,
        classes: Sequence[str] | None = None,
        columns: Mapping[str, str] | None = None,
        reads: Sequence[str] = ("text", "audio"),
        losses: Mapping[str, float] | None = None,
        encoder: Encoder | None = None,
    ):
        self.recipe = load_recipe(recipe)
        drawn = dataset if isinstance(dataset, AugmentedDataset) else None
        rows = dataset if drawn is None else drawn.corpus
        if not isinstance(rows, Corpus):
            rows = corpus_of(rows, columns, classes)
        rows = learnt_from(_training(rows), self.recipe)
        super().__init__(rows, encode, batched=batched, classes=classes, reads=reads, where="train_dataset")
        rows = self.corpus
        self.notes = list(rows.notes)
        if drawn is None and self.recipe.balance is not None:
            if any(row.is_copy for row in rows):
                self.notes.append(
                    f"The rows hold copies already: recipe {self.recipe.name} gives the training only."
                )
            else:
                if self.recipe.augment and not {"text", "audio"} & set(self.names):
                    _check_inputs(rows, self.recipe)
                drawn = AugmentedDataset(rows, self.recipe, seed, losses, encoder)
        if drawn is not None:
            self.made = drawn

    def check_encoding(self) -> None:
        """Refuse inputs that were made before the words and sounds which they stand for are changed.

        Raises
        ------
        RecipeError : says what to hand in instead.
        """
        if isinstance(self.made, AugmentedDataset) and self.made.recipe.augment and self.encode is None:
            _check_inputs(self.corpus, self.made.recipe)

    @property
    def head(self) -> str:
        """Which of MER-HAN's heads a model of these rows is like: audio, text, or joint, which has both."""
        there = {"text", "audio"} & set(self.names) & set(self.reads)
        return there.pop() if len(there) == 1 else "joint"

    @property
    def originals(self) -> int:
        """Rows that are no copies: the length of an epoch."""
        return len(self) - sum(self.made.are_copies)

    def counts(self, copies_count: float = 1.0, places: Sequence[int] | None = None) -> np.ndarray:
        """(classes,) originals + copies_count × copies, soft labels by their shares; of all items, or of some."""
        kinds: Counter[tuple[Any, bool]] = Counter()
        rows, copied = self.made.rows, self.made.are_copies
        for place in range(len(self)) if places is None else places:
            label = rows[place].label
            kinds[label if isinstance(label, str) else tuple(label.items()), copied[place]] += 1
        counts = np.zeros(len(self.classes))
        for (label, copy), times in kinds.items():
            shares = as_target(label if isinstance(label, str) else dict(label), self.classes, soft=True)
            counts += times * (copies_count if copy else 1.0) * np.array(shares)
        return counts


def _training(corpus: Corpus) -> Corpus:
    """The training rows of a corpus; of one without splits, whatever it was given for, all."""
    if not any(row.split for row in corpus):
        return corpus.replace(replace(row, split="train") for row in corpus)
    rows = corpus.select("train")
    if not len(rows):
        raise CorpusError(
            f"{corpus.manifest or 'The corpus'} has no training rows; give some the split train."
        )
    return rows


def _classes(corpus: Corpus, known: Sequence[str] | None) -> tuple[str, ...]:
    if isinstance(corpus, DatasetCorpus) and corpus.classes:
        return corpus.classes
    return class_names(corpus.labels, known, corpus.manifest or "the corpus")


def _reading(corpus: Corpus, reads: Sequence[str]) -> Corpus:
    """The corpus without the modalities that nobody reads."""
    left_out = [name for name in ("text", "audio") if name not in reads]
    if not left_out:
        return corpus
    blank = dict.fromkeys(left_out, "")
    corpus = corpus.replace(replace(row, **blank) for row in corpus)
    if isinstance(corpus, DatasetCorpus):
        names = {ours: theirs for ours, theirs in corpus.names.items() if ours not in left_out}
        corpus = replace(corpus, names=names)
    return corpus


def _check_inputs(corpus: Corpus, recipe: Recipe) -> None:
    encoded = [n for n in corpus.source.names if n in ENCODED] if isinstance(corpus, DatasetCorpus) else []
    if encoded:
        raise RecipeError(
            f"train_dataset holds {' and '.join(encoded)}: recipe {recipe.name} changes words and sound before they are "
            "encoded. Hand in text or audio with encode=… or processing_class=…, or take a recipe without copies "
            "(class_weights)."
        )
