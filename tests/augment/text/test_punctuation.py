"""AEDA: marks come in, words stay as they are."""

import re
from collections import Counter

import pytest

from augment.parameters import ParameterError
from augment.randomness import generator
from augment.text import Punctuation
from augment.text.tokens import tokenise

LINE = "Maybe we should talk about the movie before the kids start another game"


def copies(transform, text, n=60):
    return [transform(text, generator(3, text, copy)) for copy in range(n)]


def test_words_and_their_order_stay():
    for edited in copies(Punctuation(), LINE):
        assert re.sub(r"[,.;:]", "", edited) == LINE
        assert edited != LINE


def test_from_one_mark_to_a_third_of_the_words():
    counts = Counter(len(edited) - len(LINE) for edited in copies(Punctuation(), LINE, 300))
    assert set(counts) == {1, 2, 3, 4}  # 13 words
    assert {len(edited) - len(LINE) for edited in copies(Punctuation(rate=0.3), LINE)} == {4}


def test_marks_that_excite_come_only_when_asked_for():
    assert not any(set("!?") & set(edited) for edited in copies(Punctuation(), LINE))
    assert {
        mark for edited in copies(Punctuation(marks="!"), LINE) for mark in edited if not mark.isalnum()
    } == {" ", "!"}
    assert {"!", "?"} <= set("".join(copies(Punctuation(marks=["!", "?"]), LINE)))
    with pytest.raises(ParameterError, match="marks: '-' is not one of"):
        Punctuation(marks="-")


def test_only_between_words_that_nothing_stands_between():
    text = "Well, I do not (really) see Monica - or her\nyet"
    for edited in copies(Punctuation(rate=1.0), text):
        assert re.match(r"Well, I[,.;:] do[,.;:] not \(really\) see Monica - or[,.;:] her\nyet$", edited)


def test_nothing_that_a_mark_would_change():
    text = "at 10:30 we met :-) in the U.S. then www.a.org came"
    for edited in copies(Punctuation(rate=1.0), text):
        before, after = tokenise(text).words, tokenise(edited).words
        assert [word.text for word in after] == [word.text for word in before]
        assert [word.kind for word in after] == [word.kind for word in before]
