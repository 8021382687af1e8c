import numpy as np
import pandas as pd
import pytest
import torch
from torch.utils.data import ConcatDataset, Dataset, Subset, TensorDataset, random_split

from balancer import BalanceError, count, labels_of, make_sampler


class Clips(Dataset):
    """Its items are too dear to be read for their labels."""

    def __init__(self, labels, name):
        self._labels = labels
        setattr(self, name, (lambda: self._labels) if name == "get_labels" else labels)

    def __len__(self):
        return len(self._labels)

    def __getitem__(self, row):
        raise AssertionError("an item was read")


class Table:
    """As a Hugging Face dataset: columns by name, rows by number."""

    def __init__(self, **columns):
        self.columns_ = columns
        self.column_names = list(columns)

    def __len__(self):
        return len(next(iter(self.columns_.values())))

    def __getitem__(self, key):
        assert isinstance(key, str), "a row was read"
        return self.columns_[key]


NAMES = ["joy", "fear", "joy", "joy"]


@pytest.mark.parametrize("name", ["labels", "targets", "get_labels"])
@pytest.mark.parametrize(
    "kept", [NAMES, np.array(NAMES), pd.Series(NAMES, index=[5, 6, 7, 8]), torch.tensor([1, 0, 1, 1])]
)
def test_labels_where_datasets_keep_them(name, kept):
    labels = labels_of(Clips(kept, name))
    assert labels in (NAMES, [1, 0, 1, 1])
    assert isinstance(labels, list)


def test_case_3_7_a_subset_has_labels_of_its_own():
    clips = Clips([f"class{row // 25}" for row in range(100)], "targets")
    subset = Subset(clips, [3, 30, 31, 99])
    assert labels_of(subset) == ["class0", "class1", "class1", "class3"]
    assert set(make_sampler("class_aware", labels_of(subset), num_samples=300)) == {0, 1, 2, 3}
    assert labels_of(Subset(subset, torch.tensor([3, 0]))) == ["class3", "class0"]
    part, _ = random_split(clips, [10, 90], generator=torch.Generator().manual_seed(0))
    assert labels_of(part) == [clips.targets[row] for row in part.indices]


def test_datasets_joined_and_made_of_tensors():
    tensors = TensorDataset(torch.zeros(3, 8), torch.tensor([2, 0, 2]))
    assert labels_of(tensors) == [2, 0, 2]
    assert labels_of(ConcatDataset([Subset(tensors, [1]), tensors])) == [0, 2, 0, 2]


def test_columns_of_tables():
    table = Table(audio=[None] * 4, label=NAMES, emotion=list("abcd"))
    assert labels_of(table) == NAMES
    assert labels_of(table, "emotion") == list("abcd")
    assert labels_of(Subset(table, [1]), "emotion") == ["b"]
    assert labels_of(pd.DataFrame({"text": list("abcd"), "label": NAMES}, index=[3, 4, 5, 6])) == NAMES


def test_soft_labels_stay_maps():
    labels = labels_of(Clips([{"joy": 0.5, "fear": 0.5}, "joy"], "labels"))
    assert count(labels) == {"fear": 0.5, "joy": 1.5}


def test_names_of_classes_are_no_labels_of_rows():
    clips = Clips(NAMES, "targets")
    clips.labels = ["fear", "joy"]
    assert labels_of(clips) == NAMES


@pytest.mark.parametrize("kept", [np.eye(3), torch.ones(3, 5), [[0, 1], [1, 0], [1, 1]]])
def test_case_3_7_multi_label_is_refused_by_name(kept):
    with pytest.raises(BalanceError, match="Clips are multi-label, several a row"):
        labels_of(Clips(kept, "labels"))
    with pytest.raises(BalanceError, match="multi-label"):
        make_sampler("class_aware", kept)


def test_a_dataset_without_labels_says_what_to_do():
    with pytest.raises(BalanceError, match=r"Clips has no get_labels.* give the labels themselves"):
        labels_of(Clips(NAMES, "transcripts"))
    with pytest.raises(BalanceError, match="Table has no column 'emotion'"):
        labels_of(Table(label=NAMES), "emotion")
