"""Corpora: loaded, saved, selected, hashed."""

from __future__ import annotations

import json
import shutil
import time
from dataclasses import replace

import numpy as np
import pytest

from recipes.corpus.corpus import Corpus
from recipes.corpus.utterance import Utterance
from recipes.errors import CorpusError


@pytest.fixture
def folder(tmp_path):
    folder = tmp_path / "mine"
    (folder / "audio").mkdir(parents=True)
    for name in ("a", "b"):
        (folder / "audio" / f"{name}.flac").write_bytes(name.encode() * 100)
    (folder / "manifest.csv").write_text(
        "id,audio,text,label,speaker,split\na,audio/a.flac,Hi,joy,s1,train\nb,audio/b.flac,,fear,s2,test\n"
    )
    return folder


def test_its_place_is_where_the_same_rows_are_found_again(folder):
    assert Corpus.load(folder).place == Corpus.load(folder / "manifest.csv").place == folder
    shutil.copy(folder / "manifest.csv", folder / "other.csv")
    other = Corpus.load(folder / "other.csv")
    assert other.place == folder / "other.csv"
    assert Corpus.load(other.place) == other
    Corpus.load(folder).save(folder, "jsonl")  # of two manifests a folder can't say which is meant
    assert Corpus.load(folder / "manifest.csv").place == folder / "manifest.csv"
    assert Corpus((), folder).place == folder


def test_rows_classes_and_paths(folder):
    corpus = Corpus.load(folder)
    assert len(corpus) == 2
    assert [u.id for u in corpus] == ["a", "b"]
    assert corpus.labels == ["fear", "joy"]
    assert corpus.audio_path(corpus.by_id["a"]) == folder / "audio" / "a.flac"
    assert corpus.notes == (
        "Class 'joy' has one utterance to learn from.",
        "1 row without text.",
    )
    assert Corpus.load(folder / "manifest.csv").utterances == corpus.utterances


def test_selecting_splits_and_originals(folder):
    corpus = Corpus.load(folder)
    copy = replace(corpus.by_id["a"], id="a~1", source_id="a", copy=1)
    corpus = corpus.replace([*corpus, copy])
    assert [u.id for u in corpus.select("train")] == ["a", "a~1"]
    assert [u.id for u in corpus.select("train", originals=True)] == ["a"]
    assert [u.id for u in corpus.select(originals=True)] == ["a", "b"]


def test_soft_labels_are_classes_too(folder):
    corpus = Corpus.load(folder).replace([Utterance(id="x", label={"anger": 0.5, "joy": 0.5})])
    assert corpus.labels == ["anger", "joy"]


def test_roots_come_from_corpus_json_and_can_be_moved(folder, tmp_path):
    corpus = Corpus.load(folder)
    rows = [replace(u, audio=f"source:{u.audio}") for u in corpus]
    balanced = replace(corpus, utterances=tuple(rows), roots={"source": folder}, settings={"seed": 3})
    balanced.save(tmp_path / "out", "csv")
    assert json.loads((tmp_path / "out" / "corpus.json").read_text()) == {
        "seed": 3,
        "roots": {"source": str(folder)},
    }
    again = Corpus.load(tmp_path / "out")
    assert again.settings["seed"] == 3
    assert again.audio_path(again.by_id["a"]) == folder / "audio" / "a.flac"
    moved = folder.rename(tmp_path / "moved")
    again = Corpus.load(tmp_path / "out", roots={"source": moved})
    assert again.audio_path(again.by_id["a"]).read_bytes() == b"a" * 100


def test_a_root_that_nobody_names(folder):
    corpus = Corpus.load(folder)
    corpus = corpus.replace([replace(u, audio=f"source:{u.audio}") for u in corpus])
    with pytest.raises(
        CorpusError, match=r'manifest.csv line 2 \(id "a"\): source:audio/a.flac starts from a root'
    ):
        corpus.audio_path(corpus.utterances[0])


def test_a_drive_letter_is_no_root(folder):
    corpus = Corpus.load(folder)
    assert corpus.audio_path(Utterance(id="x", label="joy", audio="C:/a.wav")) == folder / "C:/a.wav"
    assert corpus.audio_path(Utterance(id="x", label="joy", audio="take:1.wav")) == folder / "take:1.wav"
    assert corpus.audio_path(Utterance(id="x", label="joy", audio="/abs/a.wav")).as_posix() == "/abs/a.wav"
    assert corpus.audio_path(Utterance(id="x", label="joy")) is None


@pytest.mark.parametrize("content", ["{", "[]", '{"roots": {"source": 3}}', '{"roots": ["x"]}'])
def test_a_corpus_json_of_somebody_else(folder, content):
    (folder / "corpus.json").write_text(content)
    with pytest.raises(CorpusError, match=r"corpus.json is not .* in JSON; mend it, or remove it"):
        Corpus.load(folder)


def test_the_fingerprint_is_of_content_alone(folder, tmp_path):
    before = Corpus.load(folder).fingerprint()
    elsewhere = shutil.copytree(folder, tmp_path / "elsewhere")
    assert Corpus.load(elsewhere).fingerprint() == before
    rows = elsewhere / "manifest.csv"
    rows.write_text("\n" + rows.read_text().replace("\n", "\n\n"))
    assert Corpus.load(elsewhere).fingerprint() == before
    rows.write_text(rows.read_text().replace("joy", "anger"))
    assert Corpus.load(elsewhere).fingerprint() != before
    (folder / "audio" / "a.flac").write_bytes(b"A" * 100)
    assert Corpus.load(folder).fingerprint() != before
    (folder / "audio" / "a.flac").unlink()
    assert len({Corpus.load(folder).fingerprint(), before}) == 2


def test_the_fingerprint_sees_every_field():
    base = Utterance(id="a", label="joy")
    other = [
        replace(base, **{name: value})
        for name, value in {
            "label": {"joy": 0.6, "fear": 0.4}, "audio": "a.wav", "text": "x", "speaker": "s", "dialogue": "d",
            "session": "s", "split": "train", "start": 0.0, "end": 1.0, "gender": "f", "language": "en",
            "corpus": "c", "source_id": "b", "copy": 1, "voice": "v", "transforms": [], "extra": {"k": "v"},
        }.items()
    ]  # fmt: skip
    seen = {Corpus((row,), folder=None).fingerprint() for row in (base, *other) if not row.audio}
    assert len(seen) == len(other)
    assert Corpus((base,), folder=None).fingerprint() == Corpus((replace(base, line=7),), None).fingerprint()


def test_a_thousand_files_are_hashed_in_a_second(tmp_path):
    noise = np.random.default_rng(0).integers(0, 256, 60_000, dtype=np.uint8)
    rows = []
    for i in range(1000):
        noise[0:2] = divmod(i, 256)
        (tmp_path / f"{i}.flac").write_bytes(noise.tobytes())
        rows.append(Utterance(id=str(i), label="joy", audio=f"{i}.flac"))
    corpus = Corpus(tuple(rows), tmp_path)
    begin = time.process_time()
    corpus.fingerprint()
    assert time.process_time() - begin < 1.0
    begin = time.process_time()
    Corpus(tuple(rows), tmp_path).fingerprint()  # files are known by now
    assert time.process_time() - begin < 0.5


def test_classes_that_differ_in_case_are_pointed_out(tmp_path):
    (tmp_path / "manifest.csv").write_text("id,label,text\n1,Joy,x\n2,joy,y\n")
    assert Corpus.load(tmp_path).notes[0] == (
        "Classes 'Joy' and 'joy' differ in case alone; they are counted apart."
    )


def test_rows_without_anything_and_without_split_are_counted(tmp_path):
    (tmp_path / "manifest.csv").write_text("id,label,text,split\n1,joy,,train\n2,joy,y,\n")
    assert Corpus.load(tmp_path).notes == (
        "1 row without a split: neither trained nor tested on.",
        "1 row without audio and text.",
    )
