"""Misspellings: real ones, and none that changes what is said."""

from importlib.resources import files

import pytest

from augment.randomness import generator
from augment.text import Spelling
from augment.text.grammar import is_word
from augment.text.mishearing import sounds_like
from augment.text.protect import word_kinds
from augment.text.slips import table_of
from augment.text.spelling import misspellings

TABLE = table_of((files("augment.text") / "data" / "misspellings.txt").read_text(encoding="utf-8"))


def copies(text, n=40, **settings):
    return {Spelling(**settings)(text, generator(5, text, copy)) for copy in range(n)}


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Probably.", {"Probly.", "Probaly."}),
        ("They're late", {"Their late", "There late"}),
        ("with its tail", {"with it's tail"}),
        ("BELIEVE it", {"BELEIVE it", "BELIVE it"}),
        ("a dinner", {"a dinner"}),  # "diner" is another word
        ("my duties", {"my duteis"}),  # by rule
        ("the village", {"the villiage"}),
        ("its tail won’t", {"it’s tail won’t"}),
    ],
)
def test_right_words_get_the_right_slips(text, made):
    assert copies(text) == made


def test_rate():
    text = "I believe their friend definitely tried to achieve something which really happened"
    for edited in copies(text, rate=0.25):
        assert sum(a != b for a, b in zip(text.split(), edited.split(), strict=True)) == 3


def test_protected_words_are_spelt_right():
    text = "I can't believe it, a beautiful friend, Michelle"
    assert copies(text, rate=1.0) == {
        "I can't beleive it, a beautiful friend, Michelle",
        "I can't belive it, a beautiful friend, Michelle",
    }


def test_the_list():
    assert len(TABLE) > 750
    for word, slips in TABLE.items():
        assert is_word(word) or word in (
            "among",
            "fiftieth",
            "millennium",
            "noticeable",
            "occurrence",
            "twelfth",
        )
        for slip in slips:
            assert slip[0] == word[0]
            assert slip != word
            assert not is_word(slip) or slip in (*sounds_like(word), "to", "then", "than", "rite"), (
                word,
                slip,
            )


def test_none_brings_in_a_negation_or_an_emotion():
    for word in TABLE:
        assert not any(word_kinds(slip) for slip in misspellings(word)), word
    assert misspellings("now") == ()
