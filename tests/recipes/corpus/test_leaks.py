"""Leaks between splits are found, and nothing else is called one."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np

from recipes.corpus.corpus import Corpus
from recipes.corpus.leaks import find_leaks
from recipes.corpus.utterance import Utterance


def leaks_of(*rows, folder=Path()):
    corpus = Corpus(tuple(Utterance(label="joy", **row) for row in rows), folder)
    return [(leak.kind, leak.what, leak.splits, leak.ids) for leak in find_leaks(corpus)]


def test_case_3_13_the_same_speaker_dialogue_and_session_on_both_sides():
    found = leaks_of(
        {"id": "1", "split": "train", "speaker": "Actor_01", "dialogue": "d1", "session": "e1"},
        {"id": "2", "split": "test", "speaker": "Actor_01", "dialogue": "d1", "session": "e1"},
        {"id": "3", "split": "test", "speaker": "Actor_02", "dialogue": "d2", "session": "e2"},
        {"id": "4", "split": "", "speaker": "Actor_02", "dialogue": "d2"},
        {"id": "5", "split": "train"},
        {"id": "6", "split": "test"},
    )
    assert found == [
        ("speaker", "Actor_01", ("train", "test"), (("1",), ("2",))),
        ("dialogue", "d1", ("train", "test"), (("1",), ("2",))),
        ("session", "e1", ("train", "test"), (("1",), ("2",))),
    ]


def test_case_3_13_copies_outside_train_and_away_from_their_source():
    found = leaks_of(
        {"id": "1", "split": "test"},
        {"id": "1~1", "split": "train", "source_id": "1", "copy": 1},
        {"id": "2", "split": "dev"},
        {"id": "2~1", "split": "dev", "source_id": "2", "copy": 1},
        {"id": "3", "split": "train"},
        {"id": "3~1", "split": "train", "source_id": "3", "copy": 1},
    )
    assert found == [
        ("source", "1", ("train", "test"), (("1~1",), ("1",))),
        ("copy", "2~1", ("dev",), (("2~1",),)),
    ]


def test_case_3_13_a_copy_s_partner_in_another_split():
    def paste(*names):
        return [{"name": "copy_paste", "scope": "utterance", "settings": {}, "params": {"partners": names}}]

    found = leaks_of(
        {"id": "1", "split": "train"},
        {"id": "2", "split": "test"},
        {"id": "3", "split": "train"},
        {"id": "1~1", "split": "train", "source_id": "1", "copy": 1, "transforms": paste("2", "3")},
        {"id": "3~1", "split": "train", "source_id": "3", "copy": 1, "transforms": paste("1", "gone")},
    )
    assert found == [("partner", "2", ("train", "test"), (("1~1",), ("2",)))]


def test_identical_audio_bytes_and_segments_that_overlap(tmp_path):
    for name, content in (("a", b"1" * 50), ("b", b"1" * 50), ("c", b"2" * 50), ("long", b"3" * 90)):
        (tmp_path / name).write_bytes(content)
    found = leaks_of(
        {"id": "1", "split": "train", "audio": "a"},
        {"id": "2", "split": "dev", "audio": "b"},
        {"id": "3", "split": "test", "audio": "c"},
        {"id": "4", "split": "train", "audio": "a"},
        {"id": "5", "split": "train", "audio": "gone"},
        {"id": "6", "split": "test", "audio": "gone"},
        {"id": "7", "split": "train", "audio": "long", "start": 0.0, "end": 2.0},
        {"id": "8", "split": "test", "audio": "long", "start": 2.0, "end": 4.0},
        {"id": "9", "split": "test", "audio": "long", "start": 1.5, "end": 2.0},
        folder=tmp_path,
    )
    assert found == [
        ("audio", "a", ("train", "dev"), (("1", "4"), ("2",))),
        ("audio", "long", ("train", "test"), (("7",), ("9",))),
    ]


def test_texts_that_are_the_same_or_nearly():
    found = leaks_of(
        {"id": "1", "split": "train", "text": "I can't believe you did that!"},
        {"id": "2", "split": "test", "text": "I can’t  believe you did THAT"},
        {"id": "3", "split": "train", "text": "Where have you been all this time?"},
        {"id": "4", "split": "dev", "text": "Where have you been all this times?"},
        {"id": "5", "split": "dev", "text": "Nothing at all like any other line."},
        {"id": "6", "split": "train", "text": "Oh, okay."},
        {"id": "7", "split": "test", "text": "Oh okay!"},
        {"id": "8", "split": "train", "text": "Where have you been all this time?"},
    )
    assert found == [
        ("text", "i cant believe you did that", ("train", "test"), (("1",), ("2",))),
        ("similar_text", "where have you been all this times", ("train", "dev"), (("3", "8"), ("4",))),
    ]


def test_a_leak_reads_as_a_sentence():
    rows = [{"id": f"t{i}", "split": "train", "speaker": "s1"} for i in range(5)]
    corpus = Corpus(
        tuple(
            Utterance(label="joy", **row) for row in [*rows, {"id": "x", "split": "test", "speaker": "s1"}]
        ),
        Path(),
    )
    assert [str(leak) for leak in find_leaks(corpus)] == ["speaker 's1': train t0, t1, t2 and 2 more; test x"]


def test_thirteen_thousand_rows_in_seconds():
    rng = np.random.default_rng(0)
    words = np.array(["".join(rng.choice(list("abcdefghijklmno"), rng.integers(2, 8))) for _ in range(3000)])
    splits = np.array(["train"] * 10_000 + ["dev"] * 1_000 + ["test"] * 2_000)
    rows = [
        {"id": str(i), "split": splits[i], "text": " ".join(rng.choice(words, rng.integers(1, 20)))}
        for i in range(13_000)
    ]
    rows[12_999]["text"] = rows[0]["text"] = "one line that is in train and in test"
    begin = time.process_time()
    found = leaks_of(*rows)
    assert time.process_time() - begin < 15
    assert ("text", "one line that is in train and in test", ("train", "test"), (("0",), ("12999",))) in found
