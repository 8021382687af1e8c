"""Capitals: who keeps theirs, and what is never touched."""

import pytest

from augment.randomness import generator
from augment.text import Casing

LINE = "Well, I told Monica: the FBI is here. it's LATE 😀 :D www.A.org @Ann"


def once(text, **settings):
    return Casing(**settings)(text, generator(0, text))


@pytest.mark.parametrize(
    ("settings", "edited"),
    [
        ({"case": "lower"}, "well, i told monica: the fbi is here. it's LATE 😀 :D www.A.org @Ann"),
        ({"case": "sentence"}, "Well, I told Monica: the FBI is here. It's LATE 😀 :D www.A.org @Ann"),
        ({"case": "title"}, "Well, I Told Monica: The FBI Is Here. It's LATE 😀 :D www.A.org @Ann"),
        ({"case": "upper"}, "WELL, I TOLD MONICA: THE FBI IS HERE. IT'S LATE 😀 :D www.A.org @Ann"),
        (
            {"case": "lower", "emphasis": "change"},
            "well, i told monica: the fbi is here. it's late 😀 :D www.A.org @Ann",
        ),
    ],
)
def test_each_case(settings, edited):
    assert once(LINE, **settings) == edited


def test_shouting_is_kept_unless_asked():
    assert once("I AM NOT GOING", case=["lower", "title"]) == "i AM NOT GOING"
    assert once("STOP IT!") == "STOP IT!"
    assert once("STOP IT!", case="sentence", emphasis="change") == "Stop it!"


def test_a_stammered_i_is_no_shouting():
    assert once("So I-I think I-I'm late", case="lower") == "so i-i think i-i'm late"
    assert once("so I-I think", case="title") == "So I-I Think"


def test_only_what_changes_the_text_is_drawn():
    drawn = {Casing()("The end of it", generator(0, "x", copy)) for copy in range(40)}
    assert drawn == {"the end of it", "The End Of It"}
    drawn = {Casing()("the end of it", generator(0, "x", copy)) for copy in range(40)}
    assert drawn == {"The end of it", "The End Of It"}
    assert not any(Casing()("so", generator(0, "x", copy)).isupper() for copy in range(40))


def test_letters_whose_case_changes_their_length():
    for text in ("Straße ß ŉ İ", "ßa İb ŉc ǆ"):
        for case in ("lower", "upper", "title", "sentence"):
            assert len(once(text, case=case, emphasis="change")) == len(text)
