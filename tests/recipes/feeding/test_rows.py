"""Rows of anybody's dataset, augmented and encoded."""

from __future__ import annotations

import pickle

import numpy as np
import pytest

from recipes import AugmentedDataset, RecipeError
from recipes.feeding.rows import AugmentedRows, EncodedRows


def same(one, other):
    """Whether two items hold the same inputs."""
    assert one.keys() == other.keys()
    for name, value in one.items():
        if isinstance(value, dict):
            np.testing.assert_array_equal(value["array"], other[name]["array"])
        else:
            assert value == other[name]
    return True


def test_originals_then_copies_as_planned(rows, lively):
    drawn = AugmentedRows(rows, lively)
    assert (len(drawn), drawn.originals) == (23, 12)  # the one row of fear is copied six times at most
    assert drawn.labels.count(0) == 8
    assert drawn.labels.count(1) == 8
    assert drawn.labels.count(2) == 7
    np.testing.assert_allclose(drawn.counts(), [8, 8, 7])
    np.testing.assert_allclose(drawn.counts(copies_count=0.5), [8, 5.5, 4])
    originals = [place for place, copied in enumerate(drawn.made.are_copies) if not copied]
    for place, row in zip(originals, rows, strict=True):
        item = drawn[place]
        assert item["text"] == row["text"]
        assert item["weight"] == row["weight"]  # what we know nothing of goes along
        np.testing.assert_array_equal(item["audio"]["array"], row["audio"]["array"])
    for place in sorted(set(range(23)) - set(originals)):
        item = drawn[place]
        source = rows[int(item.key.partition("~")[0])]
        assert (item["label"], item["labels"]) == (source["label"], source["label"])
        assert item["weight"] == source["weight"]
        assert item["audio"]["sampling_rate"] == 8000
        assert len(item["audio"]["array"]) != len(source["audio"]["array"])  # a voice is faster or slower


def test_what_is_drawn_depends_on_seed_row_copy_and_epoch_alone(rows, lively):
    drawn = AugmentedRows(rows, lively, seed=5)
    copies = [place for place, copied in enumerate(drawn.made.are_copies) if copied]
    first = [drawn[0, place] for place in copies]
    second = [drawn[1, place] for place in copies]
    assert sum(a["text"] != b["text"] for a, b in zip(first, second, strict=True)) > len(copies) / 2
    again = AugmentedRows(rows, lively, seed=5)
    again.set_epoch(1)
    assert all(same(again[place], item) for place, item in zip(copies[::-1], second[::-1], strict=True))
    other = AugmentedRows(rows, lively, seed=6)
    assert any(other[0, place]["text"] != item["text"] for place, item in zip(copies, first, strict=True))


def test_a_corpus_gives_its_training_rows(tones, lively):
    drawn = AugmentedRows(tones, lively, seed=4)
    same_as = AugmentedDataset(tones, lively, seed=4)
    assert len(drawn) == len(same_as)
    assert drawn.classes == ("fear", "joy", "neutral")
    for place in range(0, len(drawn), 5):
        utterance, sample = same_as[place]
        item = drawn[place]
        assert item.key == utterance.id
        assert (item["text"], item["speaker"]) == (sample.text, utterance.speaker)
        assert drawn.classes[item["labels"]] == utterance.label
        np.testing.assert_array_equal(item["audio"]["array"], sample.audio.samples)


def test_an_augmented_dataset_is_taken_as_it_is(tones, lively):
    online = AugmentedDataset(tones, lively, seed=2)
    drawn = AugmentedRows(online, "class_weights", seed=7)
    place = next(i for i, copied in enumerate(online.are_copies) if copied)
    assert drawn[3, place]["text"] == online.at(place, 3)[1].text


def test_a_recipe_without_copies_gives_the_rows(rows):
    drawn = AugmentedRows(rows, "class_weights")
    assert len(drawn) == drawn.originals == 12
    assert all(same(drawn[0, i], drawn[9, i]) for i in range(12))


def test_rows_that_hold_copies_are_trained_as_they_are(rows, lively):
    made = [*rows, {**rows[11], "text": "today again", "source_id": "11"}]
    drawn = AugmentedRows([{"source_id": None, **row} for row in made], lively)
    assert (len(drawn), drawn.originals) == (13, 12)
    np.testing.assert_allclose(drawn.counts(copies_count=0.25), [8, 3, 1.25])
    assert "hold copies already" in drawn.notes[-1]


def test_one_modality_is_enough(rows, lively):
    words = AugmentedRows([{"text": row["text"], "label": row["label"]} for row in rows], lively)
    assert any(words[i]["text"] not in {row["text"] for row in rows} for i in range(len(words)))
    sounds = AugmentedRows([{"audio": row["audio"], "label": row["label"]} for row in rows], lively)
    assert len(sounds) == 23
    with pytest.raises(RecipeError, match="it changes audio, which no row"):
        AugmentedRows([{"text": row["text"], "label": row["label"]} for row in rows], "pseudo_speakers")


def test_encoding_comes_last_and_labels_are_the_models(rows, lively):
    def encode(row):
        assert set(row) == {"text", "audio", "label", "speaker", "weight"}
        return {"input_ids": [len(word) for word in row["text"].split()], "label": "as it was", "weight": 1}

    drawn = AugmentedRows(rows, lively, encode=encode)
    plain = AugmentedRows(rows, lively)
    for place in (0, 9, 22):
        words = plain[1, place]["text"].split()
        assert drawn[1, place] == {
            "input_ids": [len(word) for word in words],
            "weight": 1,
            "labels": plain[place]["labels"],
        }

    def encode_all(columns):
        return {"input_ids": [[len(word) for word in text.split()] for text in columns["text"]]}

    together = AugmentedRows(rows, lively, encode=encode_all, batched=True)
    got = together.__getitems__([(1, 0), (1, 9), (1, 22)])
    assert [item["input_ids"] for item in got] == [drawn[1, place]["input_ids"] for place in (0, 9, 22)]


def test_token_ids_cannot_be_augmented(rows, lively):
    tokenised = [{"input_ids": [1, 2], "label": row["label"]} for row in rows]
    with pytest.raises(
        RecipeError, match="holds input_ids: recipe lively changes words and sound before they are encoded"
    ):
        AugmentedRows(tokenised, lively)
    assert AugmentedRows(tokenised, "class_weights")[3]["input_ids"] == [1, 2]
    assert len(AugmentedRows(tokenised, "duplicate")) > 12  # copies that nothing is changed in


def test_soft_labels_become_shares(rows):
    soft = [
        {**row, "label": {"joy": 0.75, "fear": 0.25} if i == 3 else "neutral"} for i, row in enumerate(rows)
    ]
    drawn = AugmentedRows(soft, "class_weights")
    assert drawn.classes == ("fear", "joy", "neutral")
    assert drawn[3]["labels"] == [0.25, 0.75, 0.0]
    assert drawn[0]["labels"] == [0.0, 0.0, 1.0]
    np.testing.assert_allclose(drawn.counts(), [0.25, 0.75, 11])


def test_rows_without_consensus_are_left_out(rows):
    even = {"joy": 0.5, "fear": 0.5}
    given = [{**row, "label": even if i == 3 else "neutral"} for i, row in enumerate(rows)]
    drawn = AugmentedRows(given, "class_weights", classes=["fear", "joy", "neutral"])
    assert (len(drawn), drawn.originals) == (11, 11)
    assert drawn[3]["text"] == rows[4]["text"]
    assert "1 training row without consensus" in drawn.notes[-1]
    kept = AugmentedRows(given, {"name": "kept", "train": {"no_consensus": "keep"}})
    assert kept[3]["labels"] == [0.5, 0.5, 0.0]


def test_held_out_rows_are_encoded_and_nothing_else(rows):
    held = EncodedRows(rows, encode=lambda row: {"n": len(row["text"])}, classes=["neutral", "joy", "fear"])
    assert [held[i] for i in range(12)] == [{"n": len(row["text"]), "labels": row["label"]} for row in rows]
    unknown = [{**row, "label": -1} for row in rows[:3]]
    assert EncodedRows([*unknown, rows[4]], classes=["neutral", "joy", "fear"])[0]["labels"] == -100
    nothing = EncodedRows([{"text": "house"}], classes=["neutral", "joy"], encode=lambda row: {"n": 1})
    assert nothing[0] == {"n": 1}


def test_rows_are_joined_to_others_of_their_class_and_speaker(rows):
    drawn = AugmentedRows(rows, "stacked")
    joined = 0
    for place in [place for place, copied in enumerate(drawn.made.are_copies) if copied]:
        item = pickle.loads(pickle.dumps(drawn))[1, place]
        source = rows[int(item.key.partition("~")[0])]
        if len(item["audio"]["array"]) > 1.5 * len(source["audio"]["array"]):
            joined += 1
            assert len(item["text"]) > 1.5 * len(source["text"])  # sound and words in step
            within = {int(name) for name in drawn.made.at(place, 1)[0].made_of}
            assert len(within) > 1
            assert {(rows[i]["label"], rows[i]["speaker"]) for i in within} == {
                (source["label"], source["speaker"])
            }
    assert joined


def test_rows_travel_to_other_processes(rows, lively):
    drawn = AugmentedRows(rows, lively)
    before = drawn[2, 20]
    assert same(pickle.loads(pickle.dumps(drawn))[2, 20], before)
