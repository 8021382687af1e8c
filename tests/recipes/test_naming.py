"""File names."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from recipes.naming import FileNames


def test_percent_encoded():
    names = FileNames(["dia3_utt2", "a b/c%d?.wav", "é~x"])
    assert names("dia3_utt2", 1) == "dia3_utt2~1.flac"
    assert names("a b/c%d?.wav", 12) == "a%20b%2Fc%25d%3F.wav~12.flac"
    assert names("é~x", 1) == "%C3%A9~x~1.flac"
    assert names("dia3_utt2", suffix=".mp3") == "dia3_utt2.mp3"


def test_long_names_end_in_a_hash():
    names = FileNames(["x" * 93, "x" * 94, "é" * 40])
    assert names("x" * 93, 1) == "x" * 93 + "~1.flac"
    short = names("x" * 94, 1)
    assert len(short) == 100
    assert short.startswith("x" * 82 + "-")
    assert short != names("x" * 94, 2)
    assert "%C-" not in names("é" * 40, 1)
    assert "%-" not in names("é" * 40, 1)


def test_names_that_differ_in_case_alone_get_a_hash_each():
    names = FileNames(["Utt1", "utt1", "utt2"])
    one, other = names("Utt1", 1), names("utt1", 1)
    assert one.lower() != other.lower()
    assert one.startswith("Utt1~1-")
    assert names("utt2", 1) == "utt2~1.flac"


@given(
    st.lists(st.text(string.ascii_letters[:4] + "AÄä/%~.", min_size=1, max_size=70), unique=True, max_size=12)
)
def test_no_two_files_are_one_on_any_file_system(ids):
    names = FileNames(ids)
    files = [names(i, k) for i in ids for k in (1, 2)]
    assert len({file.lower() for file in files}) == len(files)
    assert all(len(file.encode()) <= 100 and "/" not in file for file in files)
