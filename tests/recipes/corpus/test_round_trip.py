"""What is written is read again, in every format, and the same rows give the same bytes."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from recipes.corpus.manifest import read_manifest
from recipes.corpus.utterance import Utterance
from recipes.corpus.writing import write_manifest
from recipes.errors import CorpusError

FORMATS = ("csv", "jsonl", "parquet")
# Blanks around words are no part of them, and control characters of Windows-1252 are mended while reading.
words = st.text(st.characters(exclude_categories=["Cs", "Cc", "Z"]), min_size=1, max_size=12)
texts = st.text(
    st.characters(exclude_categories=["Cs"], exclude_characters=[chr(i) for i in range(0x80, 0xA1)])
)
seconds = st.floats(0, 1e6, exclude_min=True, allow_nan=False)
shares = st.dictionaries(words, st.integers(1, 9), min_size=2, max_size=4).map(
    lambda votes: {name: votes[name] / sum(votes.values()) for name in sorted(votes)}
)
further = st.dictionaries(st.sampled_from(["age", "Name of take", "arousal"]), words)
params = st.dictionaries(words, st.floats(allow_nan=False, allow_infinity=False) | st.integers(-9, 9) | words)
steps = st.lists(
    st.fixed_dictionaries(
        {"name": words, "scope": st.just("utterance"), "settings": params, "params": params}
    )
)


@st.composite
def rows(draw):
    keys = draw(st.lists(words, min_size=1, max_size=5, unique=True))
    made = []
    for key in keys:
        start = draw(st.none() | seconds)
        end = draw(st.none() | seconds)
        if start is not None and end is not None and end <= start:
            end = None
        row = Utterance(
            id=key,
            label=draw(words | shares),
            audio=draw(words | st.just("")).replace("\\", "/"),
            text=draw(texts),
            split=draw(st.sampled_from(["", "train", "dev", "test"])),
            start=start,
            end=end,
            extra=draw(further),
            **{
                name: draw(words | st.just(""))
                for name in ("speaker", "dialogue", "session", "gender", "language", "corpus")
            },
        )
        if draw(st.booleans()):
            row = replace(
                row,
                source_id=f"{key}0",
                copy=draw(st.integers(1, 99)),
                voice=draw(words),
                transforms=draw(steps),
            )
        made.append(row)
    return made


@pytest.mark.parametrize("format", FORMATS)
@settings(max_examples=60, deadline=None)
@given(written=rows())
def test_every_field_comes_back(tmp_path_factory, format, written):
    folder = tmp_path_factory.mktemp("round")
    path = write_manifest(written, folder, format)
    if format == "csv":  # text alone: the largest share
        written = [replace(row, label=row.hard_label) for row in written]
    read, _ = read_manifest(path)
    assert read == written


def test_further_columns_keep_their_kind_in_jsonl_and_parquet(tmp_path):
    written = [
        Utterance(id="1", label="joy", extra={"n": 3, "x": 0.5, "yes": True, "mixed": "3", "list": [1, "b"]}),
        Utterance(id="2", label="joy", extra={"n": 2**63 - 1, "mixed": 3, "list": {"a": None}}),
        Utterance(id="3", label="joy"),
    ]
    for format in ("jsonl", "parquet"):
        read, _ = read_manifest(write_manifest(written, tmp_path, format))
        assert read == written
        assert [type(v) for v in read[0].extra.values()] == [int, float, bool, str, list]


@pytest.mark.parametrize("format", FORMATS)
def test_same_rows_same_bytes_and_nothing_else_in_the_folder(tmp_path, format):
    written = [Utterance(id=f"u{i}", label="joy", text="x" * i, extra={"k": str(i)}) for i in range(300)]
    contents = []
    for name in ("a", "b"):
        folder = tmp_path / name
        folder.mkdir()
        contents.append(write_manifest(written, folder, format).read_bytes())
        assert [file.name for file in folder.iterdir()] == [f"manifest.{format}"]
    assert contents[0] == contents[1]


def test_columns_that_no_row_uses_are_left_out(tmp_path):
    path = write_manifest([Utterance(id="1", label="joy", speaker="s")], tmp_path, "csv")
    assert path.read_text() == "id,audio,text,label,speaker\n1,,,joy,s\n"


def test_a_disk_that_is_full_leaves_the_old_manifest(tmp_path, monkeypatch):
    path = write_manifest([Utterance(id="1", label="joy")], tmp_path, "csv")
    before = path.read_bytes()

    def full(descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("recipes.corpus.writing.os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_manifest([Utterance(id="2", label="joy")], tmp_path, "csv")
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_an_unknown_format(tmp_path):
    with pytest.raises(CorpusError, match="'xml' is no manifest format; choose one of csv, jsonl, parquet"):
        write_manifest([Utterance(id="1", label="joy")], tmp_path, "xml")
