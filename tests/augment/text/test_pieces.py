"""Chunks are taken apart once, as the pattern would have it, and not without bound."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from augment.text import pieces as module
from augment.text.pieces import _WORD, Pieces, Rules
from augment.text.protect import DEFAULT_PROTECT
from augment.text.tokens import tokenise

RULES = Rules(frozenset(DEFAULT_PROTECT), False, "en")
CHUNKS = [
    "xD",
    "XD!",
    "don't",
    "'cause",
    "goin'",
    "O'Neil's.",
    "a''b",
    "e\u0301",
    "中文",
    "x.",
    "T.V.",
    "so...",
    "ok?!",
    "ß",
    "a,b",
]


@settings(deadline=None)  # the first word loads the dictionary
@given(
    st.one_of(st.text().filter(lambda text: " " not in text), st.lists(st.sampled_from(CHUNKS)).map("".join))
)
def test_a_chunk_is_what_the_pattern_makes_of_it(chunk):
    pieces = Pieces(RULES)[chunk]
    words = [piece.text for piece in pieces if piece.text]
    assert words == [match.group() for match in _WORD.finditer(chunk)]
    assert "".join(piece.before + piece.text + piece.after for piece in pieces) == chunk + " "


@settings(deadline=None)  # the first word loads the dictionary
@given(st.lists(st.sampled_from([*CHUNKS, ":-)", "😀", "www.a.org", "@anna", "$5", "--"])))
def test_a_word_is_the_same_whatever_stands_beyond_the_blank(chunks):
    text = " ".join(chunks)
    assert list(tokenise(text).texts) == [match.group() for match in _WORD.finditer(text)]


def test_memory_is_bounded(monkeypatch):
    monkeypatch.setattr(module, "REMEMBERED", 100)
    pieces = Pieces(RULES)
    for number in range(1000):
        assert pieces[f"word{number},"][0].text == f"word{number}"
        assert pieces.openings[f"Word{number}"].first
    assert max(len(pieces), len(pieces.inside), len(pieces.openings)) <= 100
    long = "a" * (module.LONGEST + 1)
    assert pieces[long][0].text == long
    assert long not in pieces
    assert long not in pieces.inside


@pytest.mark.parametrize("protect", [["name"], ("name",), "name"])
def test_what_is_kept_may_be_any_sequence(protect):
    assert [form.kind for form in tokenise("so Monica did not go", protect).forms] == ["", "name", "", "", ""]
