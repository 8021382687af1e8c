"""Manifests that are refused: one sentence with file, line and id, and what to do."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from recipes.corpus.manifest import find_manifest, read_manifest
from recipes.errors import CorpusError

CSV = {
    "duplicate id": (
        "id,label\na,joy\nb,joy\na,fear\n",
        'manifest.csv line 4 (id "a"): the id is used already on line 2; make ids unique.',
    ),
    "empty label": (
        "id,label\na,joy\nb, \n",
        'manifest.csv line 3 (id "b"): the label is empty; give it a class or remove the row.',
    ),
    "empty id": ("id,label\n,joy\n", "manifest.csv line 2: the id is empty; give every row one."),
    "split word": (
        "id,label,split\na,joy,tset\n",
        "manifest.csv line 2 (id \"a\"): split 'tset' is not one of train, dev, test (valid, val and validation are "
        "read as dev); did you mean test?",
    ),
    "start after end": (
        "id,label,start,end\na,joy,2.5,1\n",
        'manifest.csv line 2 (id "a"): start 2.5 is not before end 1; both are seconds in the file.',
    ),
    "start no number": (
        "id,label,start\na,joy,soon\n",
        "manifest.csv line 2 (id \"a\"): start 'soon' is no time; write seconds from 0, such as 1.25.",
    ),
    "negative end": (
        "id,label,end\na,joy,-1\n",
        "manifest.csv line 2 (id \"a\"): end '-1' is no time; write seconds from 0, such as 1.25.",
    ),
    "transforms": (
        "id,label,source_id,transforms\na,joy,b,loud\n",
        'manifest.csv line 2 (id "a"): transforms is no list of {name, scope, settings, params} in JSON; leave '
        "provenance as it was written, or rename the column.",
    ),
    "copy number": (
        "id,label,source_id,copy\na,joy,b,0\n",
        "manifest.csv line 2 (id \"a\"): copy '0' is no number of a copy; number them from 1.",
    ),
    "copy without source": (
        "id,label,source_id,copy\na,joy,,1\n",
        'manifest.csv line 2 (id "a"): copy, voice and transforms belong to copies, and source_id is empty; name '
        "the row that it was made from, or leave them empty.",
    ),
    "own source": (
        "id,label,source_id,copy\na,joy,a,1\n",
        'manifest.csv line 2 (id "a"): it names itself as source_id; name the row that it was made from.',
    ),
    "cells": (
        "id,text,label\n1,well, yes,joy\n",
        "manifest.csv line 2: 4 cells under 3 column names; put texts that hold the separator or a line break in "
        "double quotes.",
    ),
    "open quote": (
        'id,text,label\n1,x,joy\n2,"well,joy\n',
        "manifest.csv line 3: unexpected end of data; look for a double quote that is not closed.",
    ),
    "no rows": ("id,label\n", "manifest.csv holds no rows; add one a line below the header."),
    "nothing": (
        "",
        "manifest.csv is empty; write the column names on its first line, such as id,audio,text,label.",
    ),
    "no label column": (
        "id,audio,EmoClass\n1,a.wav,joy\n",
        "manifest.csv has no column for label (looked for label, emotion, emo); nearest is 'EmoClass': if that is "
        "it, run with --columns label=EmoClass.",
    ),
    "no id column": (
        "name,label,utt\n1,joy,x\n",
        "manifest.csv has no column for id (looked for id, key, utt_id); nearest is 'utt': if that is it, run with "
        "--columns id=utt.",
    ),
    "two headers": (
        "id,label,x,x\n1,joy,2,3\n",
        "manifest.csv has several columns called 'x'; rename all but one.",
    ),
}


@pytest.mark.parametrize("case", CSV)
def test_csv(tmp_path, case):
    content, message = CSV[case]
    path = tmp_path / "manifest.csv"
    path.write_text(content)
    with pytest.raises(CorpusError) as caught:
        read_manifest(path)
    assert str(caught.value) == message


JSONL = {
    "no json": (
        '{"id": "1", "label": "joy"}\n{"id": 2,\n',
        "manifest.jsonl line 2: no JSON (Expecting property name enclosed in double quotes at column 10); write one "
        "object a line.",
    ),
    "no object": (
        '{"id": "1", "label": "joy"}\n\n[1]\n',
        "manifest.jsonl line 3: '[1]' is no object; write {\"id\": …}.",
    ),
    "soft label": (
        '{"id": "1", "label": {"joy": "much"}}\n',
        "manifest.jsonl line 1 (id \"1\"): the soft label {'joy': 'much'} is not a map of class to share; write "
        '{"joy": 0.7, "anger": 0.3}.',
    ),
    "negative share": (
        '{"id": "1", "label": {"joy": 1.5, "fear": -0.5}}\n',
        "manifest.jsonl line 1 (id \"1\"): the soft label {'joy': 1.5, 'fear': -0.5} is not a map of class to share; "
        'write {"joy": 0.7, "anger": 0.3}.',
    ),
    "labels in a list": (
        '{"id": "1", "label": ["joy", "fear"]}\n',
        "manifest.jsonl line 1 (id \"1\"): the soft label ['joy', 'fear'] is not a map of class to share; write "
        '{"joy": 0.7, "anger": 0.3}.',
    ),
    "half a character": (
        '{"id": "1", "label": "joy", "text": "\\ud83d"}\n',
        "manifest.jsonl line 1: half a character (\\ud800 to \\udfff alone); write it whole.",
    ),
    "nothing": ("\n", "manifest.jsonl holds no rows; write one object a line."),
}


@pytest.mark.parametrize("case", JSONL)
def test_jsonl(tmp_path, case):
    content, message = JSONL[case]
    path = tmp_path / "manifest.jsonl"
    path.write_text(content)
    with pytest.raises(CorpusError) as caught:
        read_manifest(path)
    assert str(caught.value) == message


def test_parquet_names_the_row(tmp_path):
    path = tmp_path / "manifest.parquet"
    pq.write_table(pa.table({"id": ["a", "b"], "label": ["joy", None]}), path)
    with pytest.raises(CorpusError, match=r'manifest.parquet row 2 \(id "b"\): the label is empty'):
        read_manifest(path)
    pq.write_table(pa.table({"id": ["a"], "label": ["joy"], "audio": [{"bytes": b"x", "path": "a"}]}), path)
    with pytest.raises(CorpusError, match=r'row 1 \(id "a"\): audio holds dict, no path'):
        read_manifest(path)
    path.write_bytes(b"id,label\n")
    with pytest.raises(CorpusError, match=r"manifest.parquet can't be read as Parquet"):
        read_manifest(path)


def test_a_mapping_that_names_nothing(tmp_path):
    path = tmp_path / "manifest.csv"
    path.write_text("id,Emo\n1,joy\n")
    with pytest.raises(
        CorpusError, match=r"no column 'Emotoin' for label; nearest is 'Emo'. Correct --columns."
    ):
        read_manifest(path, {"label": "Emotoin"})
    with pytest.raises(
        CorpusError, match=r"'labels' is no column of a manifest; did you mean label\?; --columns"
    ):
        read_manifest(path, {"labels": "Emo"})
    with pytest.raises(CorpusError, match=r"gives 'Emo' to both label and text"):
        read_manifest(path, {"label": "Emo", "text": "Emo"})


def test_a_missing_manifest_says_what_was_looked_for(tmp_path):
    with pytest.raises(CorpusError, match=r"looked for manifest.csv, manifest.jsonl, manifest.parquet"):
        find_manifest(tmp_path)
    with pytest.raises(CorpusError, match=r"nowhere does not exist; give a folder with manifest.csv"):
        find_manifest(tmp_path / "nowhere")
    (tmp_path / "rows.xlsx").write_bytes(b"PK")
    with pytest.raises(CorpusError, match=r"rows.xlsx is no manifest: its name ends in none of .csv"):
        find_manifest(tmp_path / "rows.xlsx")
