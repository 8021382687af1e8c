"""Synonym replacement: which words, which form, which place."""

import json

import pytest

from augment.parameters import ParameterError
from augment.randomness import generator
from augment.text import SynonymReplacement
from augment.text.context import synonyms_at
from augment.text.lexicon import synonyms
from augment.text.tokens import tokenise


def everything_replaced(text):
    """Best synonyms everywhere: what `rate=1` gives where the drawn number is 0."""
    transform = SynonymReplacement(rate=1.0)
    return {transform(text, generator(0, text, copy)) for copy in range(40)}


@pytest.mark.parametrize(
    ("text", "edited"),
    [
        ("Movies are long.", "Films are long."),
        ("The MOVIE ended!", "The FILM ended!"),
        ("We bought a car, mom.", "We purchased an automobile, mum."),
        ("Did it happen?", "Did it occur?"),
        ("Maybe it is a bigger apartment...", "Perhaps it is a larger flat..."),
        ("We talked to the doctor", "We spoke to the physician"),
    ],
)
def test_replaced(text, edited):
    assert edited in everything_replaced(text)


@pytest.mark.parametrize(
    "text",
    [
        "It is a big deal",  # set phrase
        "Really?",  # an answer
        "She started up and put it down",  # verb and particle
        "I love you, Phoebe",  # emotion, name
        "the of to is",  # function words
        "what happened to you",  # "what occurred to you" is another question
        "That is my name, don't you think?",  # nobody asks "don't you believe?" and means the same
        "I thought a lot",
        "You have no idea",  # "no thought"
        "The coffee shop is weird",  # "java", "uncanny"
        "It does not matter",
        "fifteen big ones",
    ],
)
def test_left_alone(text):
    assert everything_replaced(text) == {text}


def test_neighbours_decide_the_part_of_speech():
    def found(text, at):
        return synonyms_at(tokenise(text), at)

    assert "starting" not in found("the beginning", 1)
    assert found("the answer", 1) == ("reply", "response")
    assert found("you answer", 1) == ()
    assert found("we phone them", 1) == ("telephone",)


@pytest.mark.parametrize(
    ("words", "rate", "edits"), [(20, 0.15, 3), (4, 0.15, 1), (10, 1.0, 10), (10, 0.0, 0)]
)
def test_rate_is_the_share_of_words_and_at_least_one(words, rate, edits):
    tokens = tokenise(" ".join(["movie"] * words))
    assert len(SynonymReplacement(rate=rate).draw(generator(0, "r"), tokens)["edits"]) == edits


def test_edits_are_plain_json_and_replay():
    text = "Maybe the movie was a big car."
    transform = SynonymReplacement(rate=0.5)
    drawn = transform.draw(generator(3, "x"), tokenise(text))
    again = json.loads(json.dumps(drawn))
    assert again == drawn
    assert drawn["edits"]
    assert transform.apply(text, **again) == transform.apply(text, **drawn) != text


@pytest.mark.parametrize("rate", [-0.1, 1.5, float("nan")])
def test_rate_out_of_bounds(rate):
    with pytest.raises(ParameterError, match="rate"):
        SynonymReplacement(rate=rate)


def test_usual_words_are_not_taken_for_rare_nouns():
    """Insertion looks at no neighbour: "going" stood for a departure, "place" for "put"."""
    rare = {"departure", "put", "imprison", "career", "erudite", "wedded", "dub"}
    words = "going leaving place places jail calling learned married nickname"
    assert not {word for text in words.split() for word in synonyms(text)} & rare
