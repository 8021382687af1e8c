"""A dataset of dicts (Hugging Face `datasets`, or any torch map dataset) as a corpus of training rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from recipes.corpus.columns import ALIASES, COLUMNS, match_columns
from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance
from recipes.errors import CorpusError
from recipes.feeding.labels import as_label, class_names, plain_label
from recipes.feeding.sound import read_sound

if TYPE_CHECKING:
    from augment.chain import Sample

WORDS = ("speaker", "dialogue", "session", "gender", "language", "corpus", "source_id")
RATES = ("sampling_rate", "sample_rate", "rate")  # of bare samples, Hz
ENCODED = ("input_ids", "input_values", "input_features")  # what tokenisers and feature extractors make
_HELD = "row:"  # sound in the dataset itself instead of a file


class Source:
    """A dataset, read row by row; the last row is kept, since sound and other columns are asked for in turn."""

    def __init__(self, dataset: Any):
        self.dataset = dataset
        self._last: tuple[int, dict[str, Any]] | None = None

    def __getitem__(self, row: int) -> dict[str, Any]:
        if self._last is None or self._last[0] != row:
            found = self.dataset[row]
            if not isinstance(found, Mapping):
                raise CorpusError(
                    f"row {row} is a {type(found).__name__}; rows are dicts, {{'text': …, 'label': …}}, so that it is "
                    "known which of it is what."
                )
            self._last = row, dict(found)
        return self._last[1]

    def __getstate__(self) -> dict[str, Any]:
        return self.__dict__ | {"_last": None}

    @property
    def names(self) -> list[str]:
        """Columns."""
        names = getattr(self.dataset, "column_names", None)
        return list(names) if names is not None else list(self[0])

    def columns(self, wanted: Iterable[str], present: str | None) -> tuple[dict[str, list[Any]], list[bool]]:
        """Whole columns, and of `present` only whether each row has it: sound is not decoded where that is avoidable."""
        wanted = list(wanted)
        count = len(self.dataset)
        if getattr(self.dataset, "column_names", None) is not None:
            return {name: list(self.dataset[name]) for name in wanted}, [present is not None] * count
        found: dict[str, list[Any]] = {name: [] for name in wanted}
        there = []
        for row in range(count):
            values = self[row]
            for name in wanted:
                found[name].append(values.get(name))
            cell = None if present is None else values.get(present)
            there.append(cell is not None and not (isinstance(cell, str) and not cell))
        return found, there


@dataclass(frozen=True)
class DatasetCorpus(Corpus):
    """A corpus whose sound may lie in a dataset's rows.

    source : the dataset. names : our column to the dataset's. classes : in the order of the class numbers.
    """

    source: Source | None = None
    names: Mapping[str, str] | None = None
    classes: tuple[str, ...] = ()

    def read(self, utterance: Utterance) -> Sample:
        """As `Corpus.read`; sound that lies in the dataset is taken from there."""
        from augment.chain import Sample

        if not utterance.audio.startswith(_HELD):
            return super().read(utterance)
        text = utterance.text if utterance.text.strip() else None
        return Sample(utterance.id, self._held(utterance), text)

    def seconds(self, utterance: Utterance) -> float:
        """As `Corpus.seconds`."""
        if not utterance.audio.startswith(_HELD):
            return super().seconds(utterance)
        sound = self._held(utterance)
        return 0.0 if sound is None else sound.duration

    def row(self, utterance: Utterance) -> dict[str, Any]:
        """The dataset's own row behind an utterance, or behind the source of a copy; a new dict."""
        return dict(self.source[utterance.extra["row"]])

    def where(self, utterance: Utterance) -> str:
        """For messages."""
        return f"{self.manifest} row {utterance.extra.get('row', utterance.id)}"

    def _held(self, utterance: Utterance) -> Any:
        row = int(utterance.audio.removeprefix(_HELD))
        values = self.source[row]
        rate = next((values[name] for name in RATES if values.get(name)), None)
        return read_sound(values[self.names["audio"]], f"{self.manifest} row {row}", rate)


def corpus_of(
    dataset: Any,
    columns: Mapping[str, str] | None = None,
    classes: Sequence[str] | None = None,
    where: str = "train_dataset",
    split: str = "train",
    labelled: bool = True,
) -> DatasetCorpus:
    """The rows of a dataset as utterances, in its order; sound stays where it is.

    Parameters
    ----------
    dataset : has `len` and `[row]`, a dict with a label and text, audio or both; one with `column_names` (Hugging
        Face's) is read by columns, so that no sound is decoded. Names that manifests may use are understood.
    columns : our name to the dataset's, as in ``{"text": "sentence"}``.
    classes : names by class number, the model's; those of the dataset's features come first.
    labelled : every row has a label; else some, or all, may lack it ("").

    Raises
    ------
    CorpusError : no rows, no label, labels that are no classes of the model.
    """
    if isinstance(dataset, Mapping):
        raise CorpusError(f"{where} is several datasets ({', '.join(map(str, dataset))}); give one of them.")
    if isinstance(shown := getattr(dataset, "format", None), Mapping) and shown.get("type") == "custom":
        raise CorpusError(
            f"{where} has a transform of its own (set_transform), which would run before augmentation; take it off "
            "(reset_format()) and give it as encode=."
        )
    if not hasattr(dataset, "__len__") or not hasattr(dataset, "__getitem__"):
        raise CorpusError(
            f"{where} is {type(dataset).__name__}, which has no length or no rows by number; copies need a plan of "
            "the whole set: give a map-style dataset."
        )
    if not len(dataset):
        raise CorpusError(f"{where} holds no rows.")
    source = Source(dataset)
    names, notes = _names(source.names, columns or {}, where, labelled)
    wanted = {ours: names[ours] for ours in ("id", "label", "text", *WORDS) if ours in names}
    found, sounding = source.columns(wanted.values(), names.get("audio"))
    labels = [plain_label(value) for value in found.get(wanted.get("label", ""), [None] * len(dataset))]
    given = _feature_names(dataset, wanted.get("label", ""))
    known = class_names(labels, given or classes, where, labelled)
    ids, said = _ids(found.get(wanted.get("id", ""), []), len(labels))
    rows = [
        Utterance(
            id=ids[row],
            label=as_label(label, known),
            audio=f"{_HELD}{row}" if sounding[row] else "",
            text=_word(found, wanted, "text", row),
            split=split,
            extra={"row": row},
            **{name: _word(found, wanted, name, row) for name in WORDS},
        )
        for row, label in enumerate(labels)
    ]
    return DatasetCorpus(
        tuple(rows), Path(), notes=(*notes, *said), manifest=where, source=source, names=names, classes=known
    )


def is_encoded(dataset: Any) -> bool:
    """Whether a dataset's rows are a model's inputs already."""
    return bool(len(dataset)) and bool(set(ENCODED) & set(Source(dataset).names))


def _names(
    headers: list[str], columns: Mapping[str, str], where: str, labelled: bool
) -> tuple[dict[str, str], list[str]]:
    columns = dict(columns)
    for plural in ("labels", "label_ids"):
        if "label" not in headers and "label" not in columns and plural in headers:
            columns["label"] = plural
    nameless = "label" not in columns and not {"label", *ALIASES["label"]} & {h.lower() for h in headers}
    if nameless and labelled:
        raise CorpusError(
            f"{where} has no column that is the label (it has {', '.join(headers)}); name it: "
            "columns={'label': …}."
        )
    missing = [name for name, lacks in (("id", "id" not in headers), ("label", nameless)) if lacks]
    matched, notes = match_columns([*headers, *missing], columns, where)
    names = {ours: theirs for theirs, ours in matched.items() if ours in COLUMNS and theirs in headers}
    return names, notes


def _ids(given: list[Any], count: int) -> tuple[list[str], list[str]]:
    """Ids that are unique: the dataset's where they are, else the rows' numbers."""
    ids = [str(value) for value in given]
    if len(ids) == count and max(Counter(ids).values()) == 1:
        return ids, []
    said = ["The ids are not one a row; rows are told apart by their number."] if ids else []
    return [str(row) for row in range(count)], said


def _feature_names(dataset: Any, label: str) -> list[str] | None:
    features = getattr(dataset, "features", None)
    names = getattr(features[label], "names", None) if features and label in features else None
    return list(names) if names else None


def _word(found: Mapping[str, list[Any]], wanted: Mapping[str, str], ours: str, row: int) -> str:
    value = found[wanted[ours]][row] if ours in wanted else None
    return "" if value is None else str(value)
