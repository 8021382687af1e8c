"""Tokenising: the text comes back, and words are what a reader calls words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from augment.parameters import ParameterError
from augment.text.tokens import tokenise

PIECES = [
    "can't", "well-known", ":-)", ";P", "<3", "sooo", "…", "...", "  ", "\n", "\t", '"', "“", "”", "'", "👩‍👩‍👧‍👦", "👍🏽", "🇩🇪",
    "https://a.b/c?d=1", "@anna", "#tag", "3.5", "10:30", "$5", ",", "!", "?!", "—", "I", "Monica", "the", "é", "e\u0301", "ß", "İ",
    "U.S.", "¯\\_(ツ)_/¯", "(", ")", "|", "نص", "中文", "\u200d", "A",
]  # fmt: skip


def texts(text):
    return [word.text for word in tokenise(text).words]


@given(
    st.one_of(
        st.text(),
        st.lists(st.sampled_from(PIECES)).map("".join),
        st.lists(st.sampled_from(PIECES)).map(" ".join),
    )
)
def test_text_comes_back_and_words_stand_where_they_say(text):
    tokens = tokenise(text)
    assert str(tokens) == text
    assert all(text[word.start : word.end] == word.text for word in tokens.words)
    assert len(tokens.gaps) == len(tokens.words) + 1


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("I can't, won't and don’t.", ["I", "can't", "won't", "and", "don’t"]),
        ("a well-known rock'n'roll and/or AT&T", ["a", "well-known", "rock'n'roll", "and", "or", "AT&T"]),
        ("oh :-) ;P <3 xD :'( ^_^ :/", ["oh", ":-)", ";P", "<3", "xD", ":'(", "^_^", ":/"]),
        ("ok👩‍👩‍👧‍👦👍🏽🇩🇪 2️⃣", ["ok", "👩‍👩‍👧‍👦", "👍🏽", "🇩🇪", "2️⃣"]),
        ("at 10:30 for $5, 3.5% or 1,000", ["at", "10:30", "for", "$5", "3.5%", "or", "1,000"]),
        (
            "see https://x.org/a?b=1. Ask @bob_c #now, me@x.org",
            ["see", "https://x.org/a?b=1", "Ask", "@bob_c", "#now", "me@x.org"],
        ),
        ("'cause I was talkin' sooo much...", ["'cause", "I", "was", "talkin'", "sooo", "much"]),
        ('"Yes," she said.', ["Yes", "she", "said"]),
        ("in the U.S. at 4 a.m.", ["in", "the", "U.S.", "at", "4", "a.m."]),
        ("cafe\u0301 नमस्ते", ["cafe\u0301", "नमस्ते"]),
        ("note:(a) 10:30", ["note", "a", "10:30"]),
        ("| -- | ... ?!", []),
        ("", []),
    ],
)
def test_words(text, words):
    assert texts(text) == words


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        ("Go. Stay! why? Here", [0, 1, 2, 3]),
        ("Mr. Smith and J. K. Rowling met Dr. Who", [0] * 9),
        ("I... don't know… You do", [0, 0, 0, 1, 1]),
        ('She said, "Go home"', [0, 0, 1, 1]),
        ("one\ntwo", [0, 1]),
        ("I won 😀 The end", [0, 0, 0, 1, 1]),
    ],
)
def test_sentences(text, sentences):
    assert [word.sentence for word in tokenise(text).words] == sentences


def test_unknown_kind_of_protection_names_the_allowed_ones():
    with pytest.raises(ParameterError, match=r"'emotions' is not one of negation, number, url"):
        tokenise("hi", ["emotions"])


def test_a_text_that_comes_up_again_is_the_same_and_differs_by_what_is_kept():
    text = "Mark did not go home, 3 times."
    assert tokenise(text) is tokenise(text)
    assert [word.kind for word in tokenise(text, ["number"]).words] != [
        word.kind for word in tokenise(text).words
    ]
    assert tokenise(text, phrases=["go home"]).form(3).kind == "phrase"
    assert tokenise(text).form(3).kind == ""
    long = "word " * 1000
    assert tokenise(long) == tokenise(long)
    assert tokenise(long) is not tokenise(long)
