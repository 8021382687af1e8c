"""From a row to the inputs of a model, after augmentation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from recipes.errors import CorpusError, RecipeError

Row = Mapping[str, Any]
Encode = Callable[[Row], Mapping[str, Any]]  # one row, or with `batched` columns of several


@dataclass(frozen=True)
class Tokenise:
    """The text of a row through a tokeniser, cut at the longest that its model takes."""

    tokenizer: Any
    column: str = "text"

    def __call__(self, row: Row) -> Mapping[str, Any]:
        return dict(self.tokenizer(row[self.column] or "", truncation=True))


@dataclass(frozen=True)
class Extract:
    """The sound of a row through a feature extractor, resampled to its rate where it has another."""

    extractor: Any
    column: str = "audio"

    def __call__(self, row: Row) -> Mapping[str, Any]:
        cell, wanted = row[self.column], self.extractor.sampling_rate
        if cell is None:
            raise CorpusError(f"A row has no {self.column}, and the model only hears; leave such rows out.")
        samples, rate = (
            (cell["array"], cell["sampling_rate"]) if isinstance(cell, Mapping) else (cell, wanted)
        )
        if rate != wanted:
            from augment.audio.kernels.resample import resample_to

            samples = resample_to(samples, round(len(samples) * wanted / rate))
        made = self.extractor(np.asarray(samples), sampling_rate=wanted)
        return {name: value[0] for name, value in made.items()}


def read_by(processing_class: Any) -> tuple[str, ...]:
    """The modalities that a Trainer's `processing_class` reads; both where that isn't known."""
    from transformers import PreTrainedTokenizerBase, SequenceFeatureExtractor

    if isinstance(processing_class, PreTrainedTokenizerBase):
        return ("text",)
    return ("audio",) if isinstance(processing_class, SequenceFeatureExtractor) else ("text", "audio")


def default_encode(processing_class: Any, columns: Mapping[str, str], where: str) -> Encode | None:
    """How a Trainer's `processing_class` encodes a row; None where there is no such class.

    Parameters
    ----------
    columns : our column to the rows' own. where : what the rows are called, for messages.

    Raises
    ------
    RecipeError : rows without what it reads; a processor for several modalities, which every model calls in
        its own way.
    """
    if processing_class is None:
        return None
    reads, name = read_by(processing_class), type(processing_class).__name__
    if len(reads) > 1:
        raise RecipeError(
            f"{name} reads more than one column: say how with encode=, a function of one row (its text, its audio as "
            "{'array', 'sampling_rate'}) that returns the model's inputs."
        )
    if reads[0] not in columns:
        raise RecipeError(
            f"{where} has no column of {reads[0]} for {name}; name it, columns={{'{reads[0]}': …}}, or encode rows with "
            "encode=."
        )
    return (Tokenise if reads == ("text",) else Extract)(processing_class, columns[reads[0]])


def encode_columns(encode: Encode, rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows through a function of columns, as `datasets.map(batched=True)` calls it."""
    columns = {
        name: [row.get(name) for row in rows] for name in dict.fromkeys(k for row in rows for k in row)
    }
    made = encode(columns)
    return [{name: values[at] for name, values in made.items()} for at in range(len(rows))]
