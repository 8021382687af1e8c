"""Datasets of dicts read as corpora."""

from __future__ import annotations

import numpy as np
import pytest

from recipes import CorpusError
from recipes.feeding.datasets import corpus_of
from recipes.pool import pool_of


def test_columns_are_read_and_sound_is_left_alone(hugging, rows):
    corpus = corpus_of(hugging)
    assert hugging.decoded == 0
    assert corpus.classes == ("neutral", "joy", "fear")  # by number, not sorted
    assert [u.label for u in corpus] == [corpus.classes[row["label"]] for row in rows]
    assert {u.speaker for u in corpus} == {"a", "b"}
    np.testing.assert_array_equal(corpus.read(corpus.utterances[4]).audio.samples, rows[4]["audio"]["array"])
    assert hugging.decoded == 1
    assert corpus.row(corpus.utterances[4])["weight"] == 0.4
    assert hugging.decoded == 1


def test_other_names_are_understood_or_told(rows):
    renamed = [{"transcript": r["text"], "emotion": r["label"], "spk": r["speaker"]} for r in rows]
    corpus = corpus_of(renamed)
    assert corpus.names == {"text": "transcript", "label": "emotion", "speaker": "spk"}
    assert corpus.utterances[2].text == rows[2]["text"]
    odd = [{"sentence": r["text"], "target": r["label"]} for r in rows]
    assert corpus_of(odd, {"text": "sentence", "label": "target"}).utterances[3].label == "0"
    with pytest.raises(
        CorpusError, match=r"no column that is the label \(it has sentence, target\); name it"
    ):
        corpus_of(odd)


def test_labels_are_numbers_or_names_of_the_model(rows):
    named = [{**row, "label": ["neutral", "joy", "fear"][row["label"]]} for row in rows]
    assert corpus_of(named).classes == ("fear", "joy", "neutral")
    assert corpus_of(named, classes=["neutral", "joy", "fear"]).classes == ("neutral", "joy", "fear")
    with pytest.raises(CorpusError, match="label 'fear', which is none of the 2 classes of the model"):
        corpus_of(named, classes=["neutral", "joy"])
    with pytest.raises(CorpusError, match="label 2, which is none of the 2 classes of the model"):
        corpus_of(rows, classes=["neutral", "joy"])
    with pytest.raises(CorpusError, match="train_dataset row 1 has no label"):
        corpus_of([rows[0], {**rows[1], "label": None}])


def test_numpy_labels_and_shares(rows):
    given = [np.int64(1), np.int64(0)]
    assert [u.label for u in corpus_of([{**rows[i], "label": given[i]} for i in (0, 1)])] == ["1", "0"]
    shares = [[0.5, 0.5, 0.0], np.array([0.0, 0.0, 1.0])]
    corpus = corpus_of([{**rows[i], "label": shares[i]} for i in (0, 1)], classes=["x", "y", "z"])
    assert [u.label for u in corpus] == [{"x": 0.5, "y": 0.5}, "z"]


def test_ids_that_are_not_unique_are_not_used(rows):
    assert [u.id for u in corpus_of([{**row, "id": f"u{i}"} for i, row in enumerate(rows)])][3] == "u3"
    corpus = corpus_of([{**row, "id": "same"} for row in rows])
    assert [u.id for u in corpus][:3] == ["0", "1", "2"]
    assert any("not one a row" in note for note in corpus.notes)


def test_a_stream_is_refused():
    with pytest.raises(CorpusError, match="generator, which has no length"):
        corpus_of(row for row in ())
    with pytest.raises(CorpusError, match="train_dataset holds no rows"):
        corpus_of([])


def test_rows_can_be_joined_to_each_other(rows):
    corpus = corpus_of(rows)
    pool = pool_of(corpus)
    assert (
        pool.seconds(pool.ids.index("4") if isinstance(pool.ids, list) else list(pool.ids).index("4")) == 0.3
    )
