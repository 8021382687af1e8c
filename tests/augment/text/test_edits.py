"""Capitals, punctuation, spaces and articles after words went, came or moved."""

import pytest

from augment.parameters import ParameterError
from augment.text.edits import edits_of, slots_of, splice
from augment.text.grammar import article
from augment.text.places import insertable, removable
from augment.text.tokens import tokenise


def without(text, *gone):
    tokens = tokenise(text)
    slots = slots_of(tokens)
    for at in gone:
        slots[at] = []
    return splice(text, edits_of(tokens, slots))


def with_words(text, **new):
    tokens = tokenise(text)
    slots = slots_of(tokens)
    for at, words in new.items():
        slots[int(at[1:])] = words.split()
    return splice(text, edits_of(tokens, slots))


@pytest.mark.parametrize(
    ("text", "gone", "left"),
    [
        ("I am really happy.", [2], "I am happy."),
        ("I am happy today!", [3], "I am happy!"),
        ("I am  happy today", [3], "I am  happy"),
        ("I am  really happy", [2], "I am happy"),
        ("Really nice movie", [0], "Nice movie"),
        ("well, I think so", [0], "I think so"),
        ("Well, the end", [0], "The end"),
        ("He came, really, late", [2], "He came, late"),
        ("That was fine, really!", [3], "That was fine!"),
        ("Stop. Then go on", [1], "Stop. Go on"),
        ("Go today. Then sleep on", [1, 2], "Go. Sleep on"),
        ("one long\nreally two", [2], "one long\ntwo"),
        ("  really good", [0], "  good"),
        ("all day long \n", [2], "all day \n"),
        ("I... really... like it", [1], "I... like it"),
        ("so (really good) now", [1], "so (good) now"),
        ("so (good really) now", [2], "so (good) now"),
        ("He said: “Then go on”", [2], "He said: “Go on”"),
        ("The Monica show", [0], "Monica show"),
        ("REALLY good", [0], "Good"),
        ("the end", [0], "end"),
    ],
)
def test_deleted_words_leave_no_trace(text, gone, left):
    assert without(text, *gone) == left


@pytest.mark.parametrize(
    ("text", "new", "edited"),
    [
        ("The movie ended.", {"w0": "a film the"}, "A film the movie ended."),
        ("Nice movie", {"w0": "movie", "w1": "nice"}, "Movie nice"),
        ("I saw it", {"w0": "it", "w2": "I"}, "It saw I"),
        ("Was Ross late", {"w0": "Ross", "w1": "was"}, "Ross was late"),
        ("a movie", {"w1": "old movie"}, "an old movie"),
        ("An old car", {"w1": "big"}, "A big car"),
        ("A movie", {"w1": "image"}, "An image"),
        ("a apple and a movie", {"w4": "film"}, "a apple and a film"),
        ("It took an hour", {"w3": "useful hour"}, "It took a useful hour"),
        ("a, movie", {"w1": "image"}, "a, image"),
    ],
)
def test_new_words_take_the_capitals_and_articles_of_their_place(text, new, edited):
    assert with_words(text, **new) == edited


def test_article_goes_with_what_stands_next_after_a_deletion():
    assert without("It is an old car", 3) == "It is a car"
    assert without("It is a big apple", 3) == "It is an apple"


def test_article_by_sound():
    an = [
        "hour",
        "honest",
        "heir",
        "apple",
        "umbrella",
        "onerous",
        "unimportant",
        "MRI",
        "FBI",
        "X",
        "8",
        "80",
        "11",
        "18",
    ]
    a = [
        "user",
        "university",
        "one-off",
        "European",
        "union",
        "utility",
        "house",
        "SAD",
        "NASA",
        "U-turn",
        "180",
        "ewe",
        "table",
    ]
    assert [article(word) for word in an] == ["an"] * len(an)
    assert [article(word) for word in a] == ["a"] * len(a)


def test_words_that_do_not_stand_free_are_not_removable():
    tokens = tokenise('and/or "really" *sighs* at 4 a.m. well-done 😀fun')
    assert [word.text for at, word in enumerate(tokens.words) if removable(tokens, at)] == [
        "at",
        "4",
        "well-done",
    ]


def test_nothing_is_inserted_behind_a_negation():
    assert insertable(tokenise("I do not go, never")) == [0, 1, 2, 4]
    assert insertable(tokenise("")) == []


def test_splice_refuses_a_text_that_edits_were_not_drawn_for():
    assert splice("a film", [[2, "film", "movie"]]) == "a movie"
    with pytest.raises(ParameterError, match="'film' is not at character 2"):
        splice("a song", [[2, "film", "movie"]])
