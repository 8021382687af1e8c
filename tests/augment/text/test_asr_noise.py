"""What a recogniser makes of a line: other words of the same sound, none, or other spaces."""

import pytest

from augment.randomness import generator
from augment.text import AsrNoise
from augment.text.grammar import is_word
from augment.text.mishearing import _boundaries, _homophones, sounds_like
from augment.text.protect import word_kinds
from augment.text.tokens import tokenise


def copies(text, n=60, **settings):
    return {AsrNoise(**settings)(text, generator(5, text, copy)) for copy in range(n)}


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("Their dog", {"There dog", "They're dog"}),
        ("A bee", {"A be", "The bee"}),  # never a bee for be
        ("YOUR turn", {"YOU'RE turn"}),
        ("your turn, we don’t", {"you’re turn, we don’t"}),
        ("I won a knot", {"I won the knot"}),  # neither "one" nor "not" is heard where it was not said
    ],
)
def test_homophones(text, made):
    assert copies(text, errors="homophone") == made


def test_a_rare_word_is_heard_as_a_usual_one_and_not_the_other_way_round():
    assert "be" in sounds_like("bee")
    assert "bee" not in sounds_like("be")
    assert set(sounds_like("there")) >= {"their", "they're"}
    assert sounds_like("know") == ()
    assert len(_homophones()) > 700


@pytest.mark.parametrize(
    ("text", "made"),
    [
        ("I like it a lot.", {"I like it alot."}),
        ("Go into it", {"Go in to it"}),
        ("I'm going to leave", {"I'm gonna leave"}),
        ("I'm going to the shop", {"I'm going to the shop"}),  # nobody hears "gonna the shop"
        ("you wanna go", {"you want to go"}),
        ("Maybe so", {"May be so"}),
        ("Come on, Ross", {"C'mon, Ross"}),
        ("a, lot", {"a, lot"}),
    ],
)
def test_boundaries(text, made):
    assert copies(text, errors="boundary") == made


def test_small_words_are_missed_inside_a_clause():
    assert copies("I want to go to the shop in town", rate=0.1, errors="dropped") == {
        "Want to go to the shop in town",
        "I want go to the shop in town",
        "I want to go the shop in town",
        "I want to go to shop in town",
        "I want to go to the shop town",
    }


@pytest.mark.parametrize("text", ["I did it.", "that is it", "The Monica show", "A dog", "it", "Is it?"])
def test_words_are_never_missed_at_the_end_before_names_or_from_short_sentences(text):
    for edited in copies(text, errors="dropped", rate=1.0):
        words = [word.text.lower() for word in tokenise(edited).words]
        assert words[-1] == tokenise(text).words[-1].text.lower()
        assert len(words) >= 1
        assert edited != "Monica show"


def test_formatting_as_recognisers_write():
    noise = AsrNoise(rate=0.0, formatting="none")
    assert noise("  Well, I told Monica -- at 10:30: “It's LATE!” 😀 www.A.org\n", generator(0, "x")) == (
        "well i told monica at 10:30 it's late 😀 www.A.org"
    )
    assert noise("!!!", generator(0, "x")) == "!!!"
    assert noise("Okay.", generator(0, "x")) == "okay"
    with_errors = AsrNoise(rate=0.3, formatting="none")
    for copy in range(30):
        edited = with_errors("I want to go, to the Shop - in town!", generator(0, "x", copy))
        assert edited == edited.lower().strip()
        assert "  " not in edited
        assert edited.replace(" ", "").isalpha()


def test_nothing_protected_is_misheard_or_heard():
    text = "No, I can't see two sad kings by 10:30, Ross, oh dear"
    kept = [word.text for word in tokenise(text).words if word.kind]
    for edited in copies(text, rate=1.0):
        assert [word.text for word in tokenise(edited).words if word.kind] == kept
    for others in _homophones().values():
        assert not any(word_kinds(other) for other in others)
    for listed in _boundaries().values():
        assert not any(word_kinds(word) for heard in listed for word in heard.heard)


def test_rate_is_of_the_words():
    text = "there is a lot to see and to hear by the sea"
    for edited in copies(text, rate=0.25, errors="homophone"):
        assert sum(a != b for a, b in zip(text.split(), edited.split(), strict=True)) == 3


def test_what_is_heard_is_a_word():
    for others in _homophones().values():
        assert all(is_word(other) or other in ("cop", "cops") for other in others), others
