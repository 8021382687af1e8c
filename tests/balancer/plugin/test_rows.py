from __future__ import annotations

import logging

import numpy as np
import pytest
import torch
from torch.utils.data import Dataset, Subset, TensorDataset

from balancer import BalanceError
from balancer.plugin.rows import column_of, read_rows


class Columns:
    """As much of `datasets.Dataset` as is used."""

    def __init__(self, **columns):
        self.columns, self.column_names = columns, list(columns)

    def __getitem__(self, name):
        return self.columns[name]


class Items(Dataset):
    def __init__(self, rows):
        self.rows = rows

    def __len__(self):
        return len(self.rows)

    def __getitem__(self, row):
        return self.rows[row]


@pytest.mark.parametrize(
    "dataset",
    [
        Columns(label=[2, 0, 0, 1]),
        Columns(text=list("abcd"), labels=np.array([2, 0, 0, 1])),
        [{"x": 1.0, "label": label} for label in (2, 0, 0, 1)],
        Items([{"labels": torch.tensor(label)} for label in (2, 0, 0, 1)]),
        Items([(torch.zeros(2), label) for label in (2, 0, 0, 1)]),
        TensorDataset(torch.zeros(4, 2), torch.tensor([2, 0, 0, 1])),
        Subset(Items([{"label": label} for label in (0, 2, 0, 0, 1)]), [1, 2, 3, 4]),
        Subset(TensorDataset(torch.zeros(5, 2), torch.tensor([0, 2, 0, 0, 1])), [1, 2, 3, 4]),
    ],
)
def test_labels_are_found_wherever_datasets_keep_them(dataset):
    rows = read_rows(dataset, 4)
    assert rows.labels == ["2", "0", "0", "1"]
    assert rows.counts == {"0": 2, "1": 1, "2": 1, "3": 0}


def test_names_of_the_model_give_the_order():
    rows = read_rows(Columns(label=["joy", "anger", "joy"]), ["neutral", "joy", "anger"])
    assert list(rows.counts.items()) == [("neutral", 0), ("joy", 2), ("anger", 1)]
    assert read_rows(Columns(label=[1, 2]), ["neutral", "joy", "anger"]).labels == ["joy", "anger"]


def test_soft_labels_add_their_shares():
    rows = read_rows(Columns(label=[[0.25, 0.75], [1.0, 0.0], {"0": 0.5, "1": 0.5}]), 2)
    assert rows.counts == {"0": 1.75, "1": 1.25}
    assert rows.labels[1] == {"0": 1.0}


def test_copies_count_less_where_they_are_told_to():
    dataset = Columns(label=[0, 0, 1, 1], copy=[0, 0, 0, 2])
    assert read_rows(dataset, 2, copies_count=0.25).counts == {"0": 2.0, "1": 1.25}
    assert read_rows(dataset, 2).counts == {"0": 2, "1": 2}


def test_ignored_rows_count_for_no_class():
    assert read_rows(Columns(label=[0, -100, 1]), 2).counts == {"0": 1, "1": 1}


@pytest.mark.parametrize(
    ("dataset", "classes", "sentence"),
    [
        (Columns(label=[0, 5]), 3, "class 5, and the model classes 0 to 2"),
        (Columns(label=["joy", "angr"]), ["anger", "joy"], "did you mean 'anger'"),
        (Columns(label=[[0, 1, 1], [1, 0, 0]]), 3, "several classes at once"),
        (Columns(label=[0, None]), 2, "label 1 is missing"),
        (Columns(label=["a", "b", "c"]), 2, "3 classes and the model 2"),
        ([{"x": 1}], 2, "row 0 of the training set has no label or labels"),
        (iter([]), 2, "no rows by number"),
        ([], 2, "holds no rows"),
    ],
)
def test_what_is_no_class_of_the_model_is_refused(dataset, classes, sentence):
    with pytest.raises(BalanceError, match=sentence):
        read_rows(dataset, classes)


def test_reading_every_row_is_said(caplog):
    with caplog.at_level(logging.INFO):
        column_of(Items([{"speaker": "a"}, {"speaker": "b"}]), ("speaker",))
    assert "Reading each row of Items once for speaker" in caplog.text
