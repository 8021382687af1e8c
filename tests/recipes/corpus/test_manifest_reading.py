"""Manifests as people write them."""

from __future__ import annotations

import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recipes.corpus.manifest import find_manifest, read_manifest
from recipes.errors import CorpusError


def read(folder, content, name="manifest.csv", columns=None):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read_manifest(path, columns)


def test_every_column_of_csv(tmp_path):
    steps = json.dumps([{"name": "gain", "scope": "utterance", "settings": {}, "params": {"db": 1.5}}])
    quoted = steps.replace('"', '""')
    rows, notes = read(
        tmp_path,
        "id,audio,text,label,speaker,dialogue,session,split,start,end,gender,language,corpus,source_id,copy,voice,"
        "transforms,age\n"
        '0012,a/x.flac,"Well, ""no"".",joy,s1,d1,Ses01,train,0.5,2,f,en,meld,,,,,31\n'
        f'0012~1,a/y.flac,NA,joy,s1,d1,Ses01,train,,,f,en,meld,0012,1,s1#2,"{quoted}",\n',
    )
    first, second = rows
    assert notes == []
    assert (first.id, first.text, first.start, first.end) == ("0012", 'Well, "no".', 0.5, 2.0)
    assert (first.gender, first.language, first.corpus, first.session) == ("f", "en", "meld", "Ses01")
    assert first.extra == {"age": "31"}
    assert not first.is_copy
    assert second.is_copy
    assert (second.source_id, second.copy, second.voice, second.text) == ("0012", 1, "s1#2", "NA")
    assert second.transforms == json.loads(steps)
    assert second.extra == {}
    assert (first.line, second.line) == (2, 3)


def test_words_that_look_like_nothing_stay_words(tmp_path):
    rows, _ = read(tmp_path, "id,text,label,speaker\nnull,null,None,NA\nNaN,nan,n/a,007\n")
    assert [(u.id, u.text, u.label, u.speaker) for u in rows] == [
        ("null", "null", "None", "NA"),
        ("NaN", "nan", "n/a", "007"),
    ]


def test_names_of_the_ecosystem_are_understood_and_said_once(tmp_path):
    rows, notes = read(tmp_path, "Key,wav,Emotion,Transcription,sex,split\n1,a.wav,joy,Hi there,f,valid\n")
    (row,) = rows
    assert (row.id, row.audio, row.label, row.text, row.gender) == ("1", "a.wav", "joy", "Hi there", "f")
    assert row.split == "dev"
    assert notes == [
        'manifest.csv: read column "Key" as id, "wav" as audio, "Transcription" as text, "Emotion" as label, '
        '"sex" as gender.'
    ]


@pytest.mark.parametrize("word", ["valid", "val", "validation", "Dev", "dev"])
def test_words_for_dev(tmp_path, word):
    rows, _ = read(tmp_path, f"id,label,split\n1,joy,{word}\n")
    assert rows[0].split == "dev"


def test_a_mapping_names_any_column(tmp_path):
    rows, notes = read(
        tmp_path, "id,Wav,Emo,label\n1,a.wav,joy,high\n", columns={"audio": "Wav", "label": "Emo"}
    )
    assert (rows[0].audio, rows[0].label, rows[0].extra) == ("a.wav", "joy", {"label_original": "high"})
    assert notes == ["manifest.csv: column 'label' is carried through as 'label_original'."]


def test_voice_means_something_else_where_there_are_no_copies(tmp_path):
    rows, _ = read(tmp_path, "id,label,voice\n1,joy,Alice\n")
    assert (rows[0].voice, rows[0].extra) == ("", {"voice_original": "Alice"})


def test_case_5_4_control_characters_of_windows(tmp_path):
    rows, notes = read(tmp_path, "id,label,text\n1,joy,I\x92m fine\x85\xa0really\n2,joy,plain\n")
    assert rows[0].text == "I’m fine… really"
    assert notes == ["manifest.csv: mended 3 control characters of Windows-1252 in texts."]


def test_case_6_13_backslashes_are_slashes(tmp_path):
    rows, notes = read(tmp_path, "id,label,audio\n1,joy,wav\\a\\x.wav\n2,joy,wav/b\\y.wav\n3,joy,z.wav\n")
    assert [u.audio for u in rows] == ["wav/a/x.wav", "wav/b/y.wav", "z.wav"]
    assert notes == ["manifest.csv: read 2 audio paths with backslashes as ones with slashes."]


@pytest.mark.parametrize(
    ("encoding", "said"),
    [("utf-8", None), ("utf-8-sig", None), ("utf-16", "UTF-16"), ("cp1252", "Windows-1252")],
)
def test_encodings(tmp_path, encoding, said):
    rows, notes = read(tmp_path, "id,label,text\n1,joy,“Für dich”\n".encode(encoding))
    assert (rows[0].id, rows[0].text) == ("1", "“Für dich”")
    assert any(said in note for note in notes) if said else notes == []


@pytest.mark.parametrize("separator", [";", "\t"])
def test_semicolons_and_tabs(tmp_path, separator):
    rows, notes = read(tmp_path, f"id{separator}label{separator}text\n1{separator}joy{separator}a, b\n")
    assert rows[0].text == "a, b"
    assert len(notes) == 1


def test_lines_are_counted_over_texts_of_several_lines_and_blank_ones(tmp_path):
    rows, _ = read(tmp_path, 'id,label,text\n\n1,joy,"one\ntwo"\n\n,,\n2,joy,x\n')
    assert [(u.id, u.line, u.text) for u in rows] == [("1", 3, "one\ntwo"), ("2", 7, "x")]


def test_soft_labels_in_jsonl(tmp_path):
    rows, notes = read(
        tmp_path,
        '{"id": 1, "label": {"joy": 0.75, "anger": 0.25}}\n'
        '{"id": 2, "label": {"joy": 2, "fear": 1, "anger": 1, "sadness": 0}, "n": 3}\n'
        '{"id": 3, "label": {"joy": 1.0}, "n": null}\n'
        '{"id": 4, "label": {"joy": 0.5, "anger": 0.5}}\n',
        "manifest.jsonl",
    )
    assert [u.label for u in rows] == [
        {"joy": 0.75, "anger": 0.25},
        {"joy": 0.5, "fear": 0.25, "anger": 0.25},
        "joy",
        {"joy": 0.5, "anger": 0.5},
    ]
    assert [u.hard_label for u in rows] == ["joy", "joy", "joy", "anger"]
    assert [u.id for u in rows] == ["1", "2", "3", "4"]
    assert [u.extra for u in rows] == [{}, {"n": 3}, {}, {}]
    assert notes == ["manifest.jsonl: shares of 1 soft labels did not add up to 1 and were scaled."]


@pytest.mark.parametrize("kind", ["struct", "map"])
def test_soft_labels_in_parquet_of_others(tmp_path, kind):
    if kind == "struct":
        labels = pa.array([{"joy": 0.75, "fear": None, "anger": 0.25}])
    else:
        labels = pa.array([[("joy", 0.75), ("anger", 0.25)]], pa.map_(pa.string(), pa.float32()))
    ids, empty = pa.array([12]), pa.array([float("nan")])
    pq.write_table(pa.table({"id": ids, "label": labels, "start": empty}), tmp_path / "manifest.parquet")
    rows, _ = read_manifest(tmp_path / "manifest.parquet")
    assert (rows[0].id, rows[0].label, rows[0].start) == ("12", {"joy": 0.75, "anger": 0.25}, None)


def test_a_folder_with_one_manifest_and_a_path_straight_to_one(tmp_path):
    (tmp_path / "manifest.jsonl").write_text('{"id": "1", "label": "joy"}\n')
    assert find_manifest(tmp_path) == tmp_path / "manifest.jsonl"
    assert find_manifest(tmp_path / "manifest.jsonl") == tmp_path / "manifest.jsonl"
    (tmp_path / "manifest.csv").write_text("id,label\n1,joy\n")
    with pytest.raises(CorpusError, match=r"manifest.csv and manifest.jsonl; give the path"):
        find_manifest(tmp_path)
