"""Hesitations: where they come, in which proportions, and what stays."""

import re
from collections import Counter

import pytest

from augment.randomness import generator
from augment.text import Disfluency
from augment.text.tokens import tokenise

LINE = "We should talk about the movie before the kids start a new game"


def copies(transform, text, n=60):
    return [transform(text, generator(5, text, copy)) for copy in range(n)]


def test_fillers_stand_before_content_words_and_at_the_head():
    assert set(copies(Disfluency(kinds="filler", fillers="um"), LINE, 200)) == {
        "Um, we should talk about the movie before the kids start a new game",
        "We should talk about the um, movie before the kids start a new game",
        "We should talk about the movie before the um, kids start a new game",
    }


def test_function_words_are_repeated():
    assert set(copies(Disfluency(kinds="repetition"), "I think the game is over")) == {
        "I I think the game is over",
        "I think the the game is over",
        "I think the game is is over",
    }


def test_a_false_start_breaks_off_after_the_first_vowel():
    assert set(copies(Disfluency(kinds="false_start"), "I think the movie ended")) == {
        "I thi- I think the movie ended",
        "I think the mo- the movie ended",
    }
    assert set(copies(Disfluency(kinds="false_start"), "it was an apple")) == {"it was an ap- an apple"}


@pytest.mark.parametrize(
    "text",
    [
        "Oh wow!",  # two words
        "Go, Ross!",
        "not sad",
        "He did not shout loudly",  # nothing between "not" and what it negates
    ],
)
def test_no_place_for_it(text):
    for edited in copies(Disfluency(kinds=["filler", "false_start"]), text):
        assert edited in (text, "Uh, he did not shout loudly", "Um, he did not shout loudly")


def test_objects_are_not_started_again():
    for edited in copies(Disfluency(kinds="false_start"), "Well see you later then"):
        assert edited == "Well see you later then"


def test_objects_are_not_repeated():
    assert set(copies(Disfluency(kinds="repetition"), "You told it once")) == {"You you told it once"}


def test_articles_are_left():
    for edited in copies(Disfluency(rate=0.3), "Hey, did you pick a roommate for an hour"):
        assert not re.search(r"\ban (?:a|ro)|\ba (?:an|uh|um)\b", edited)


def test_kinds_come_as_in_conversation():
    kinds = Counter()
    for edited in copies(Disfluency(rate=0.01), LINE, 600):
        kinds["filler" if re.search(r"\b[Uu][hm],", edited) else "start" if "-" in edited else "repeat"] += 1
    share = {kind: count / 600 for kind, count in kinds.items()}
    assert share == pytest.approx(
        {"filler": 2.56 / 5.97, "start": 1.94 / 5.97, "repeat": 1.47 / 5.97}, abs=0.06
    )


def test_no_word_goes_and_none_is_crowded():
    for edited in copies(
        Disfluency(rate=1.0), "I want the movie, we do not know that Monica is in the old house"
    ):
        words = [word.text.lower() for word in tokenise(edited).words]
        kept = iter(words)
        assert all(
            word in kept
            for word in [
                "i",
                "want",
                "the",
                "movie",
                "we",
                "do",
                "not",
                "know",
                "that",
                "monica",
                "is",
                "in",
                "the",
                "old",
                "house",
            ]
        )
        assert not re.search(r"\b(\w+) \1 \1\b|[uU][hm], [uU][hm]", edited)


def test_no_negation_is_begun():
    for edited in copies(Disfluency(kinds="false_start"), "We noticed the novel", 60):
        assert "no-" not in edited
