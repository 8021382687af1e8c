"""Section 2 of the field cases, and whatever else holds for punctuation, casing, slips, noise and hesitation."""

import json
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from augment.chain import Sample
from augment.gates import Gates
from augment.randomness import generator
from augment.text import AsrNoise, Casing, Contraction, Disfluency, Keyboard, Punctuation, Spelling
from augment.text.protect import protected_words
from augment.text.tokens import tokenise

STRONGEST = [
    Punctuation(rate=1.0),
    AsrNoise(rate=1.0),
    AsrNoise(rate=1.0, formatting="none"),
    Disfluency(rate=1.0),
    Casing(case=["lower", "upper", "title", "sentence"], emphasis="change"),
    Contraction(rate=1.0),
    Keyboard(rate=1.0),
    Spelling(rate=1.0),
]
each = pytest.mark.parametrize("transform", STRONGEST, ids=lambda transform: transform.name)


def copies(transform, text, n=25):
    return [transform(text, generator(11, text, copy)) for copy in range(n)]


@each
@pytest.mark.parametrize("text", ["Okay", "No.", "I", "😀", "don't", "it's"])
def test_case_2_1_one_word_text_is_never_lost(transform, text):
    for edited in copies(transform, text):
        assert len(tokenise(edited).words) == 1


@each
@pytest.mark.parametrize("text", ["", "   ", "\n", "\t \n", "!!!", "…"])
def test_case_2_2_texts_without_words(transform, text):
    assert set(copies(transform, text, 3)) == {text}


@each
@pytest.mark.parametrize("text", ["I work in a middle school", "a b", "I a", "the"])
def test_case_2_4_fewer_words_than_edits(transform, text):
    for edited in copies(transform, text):
        assert edited.strip()
        assert len(edited.split()) <= 4 * len(text.split())


@each
@pytest.mark.parametrize("text", ["| 4 || 0 || -", "12 | 3.5 | - | --"])
def test_case_2_5_nothing_that_may_be_changed(transform, text):
    for edited in copies(transform, text):
        words = [word.text for word in tokenise(edited).words]
        assert words == [word.text for word in tokenise(text).words]


@each
def test_case_2_7_always_a_string_and_case_2_8_as_many_as_asked_for(transform):
    for text in ("", "Okay", "You are in the kitchen.", "| 4 || 0 || -"):
        assert [type(edited) for edited in copies(transform, text, 5)] == [str] * 5


@each
@pytest.mark.parametrize(
    "text",
    [
        "That is not a good idea",
        "I never said it",
        "I dont want that thing",
        "nor can't you",
        "I do not, nothing, no",
    ],
)
def test_case_2_11_negations_stay(transform, text):
    gates = Gates(min_similarity=0, protect=["negation"])
    for edited in copies(transform, text):
        assert gates.refuses(Sample("a", None, text), Sample("a", None, edited), {"text"}) is None
        if transform.name != "contraction":
            assert protected_words(edited, ["negation"]) == protected_words(text, ["negation"])


@each
def test_case_2_17_own_generator_only(transform):
    random.seed(1)
    before = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002  the state that must not move
    text = "Maybe we shouldn't talk about the movie, I'm late."
    assert copies(transform, text) == copies(transform, text)
    assert (random.getstate(), np.random.get_state()[1].tolist()) == before  # noqa: NPY002


@each
def test_a_rate_of_zero_changes_nothing(transform):
    if transform.name == "casing":
        pytest.skip("has no rate")
    still = type(transform)(rate=0.0)
    assert set(copies(still, "Maybe we shouldn't talk, I'm late.")) == {"Maybe we shouldn't talk, I'm late."}


@each
def test_protected_phrases_stay(transform):
    if transform.name in ("casing", "asr_noise") and getattr(transform, "formatting", "") != "keep":
        pytest.skip("their letters stay, in another case")
    text = "well you would know the big movie night by now"
    tokens = tokenise(text, (), phrases=["You would know", "movie night"])
    for copy in range(30):
        edited = transform.apply(text, **transform.draw(generator(0, "p", copy), tokens)).lower()
        assert "you would know" in edited
        assert "movie night" in edited


def test_says_same_where_it_would_be_read_out_as_it_was_said():
    assert {transform.name for transform in STRONGEST if transform.says_same} == {
        "casing",
        "keyboard",
        "punctuation",
        "spelling",
    }


PIECES = st.sampled_from(
    [
        "the",
        "movie",
        "Movie",
        "a",
        "an",
        "I'm",
        "can't",
        "cannot",
        "do",
        "not",
        "it",
        "is",
        "you're",
        "he's",
        "I'd",
        "what's",
        "going",
        "to",
        "a",
        "lot",
        "into",
        "THE",
        "their",
        "there",
        "really",
        "NOT",
        "ain't",
        "Monica",
        "U.S.",
        "!",
        "?",
        ",",
        "...",
        "…",
        "\n",
        "\t",
        ":",
        "(",
        ")",
        '"',
        "'",
        "“",
        "”",
        "-",
        "—",
        "/",
        "😀",
        ":-)",
        "3.5",
        "@ann",
        "#x",
        "ß",
        "İ",
        "ŉ",
        "ǆ",
        "é",
        "中文",
        "o'clock",
        "don’t",
        "I-I",
        "well-known",
        "DON'T",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    text=st.one_of(st.text(), st.lists(PIECES).map(" ".join), st.lists(PIECES).map("".join)),
    seed=st.integers(0, 50),
)
@each
def test_whatever_the_text(transform, text, seed):
    tokens = tokenise(text)
    drawn = transform.draw(generator(seed, "h"), tokens)
    edited = transform.apply(text, **json.loads(json.dumps(drawn)))
    assert bool(edited.strip()) == bool(text.strip())
    assert "  " in text or "  " not in edited
    gates = Gates(min_similarity=0)
    assert gates.refuses(Sample("a", None, text), Sample("a", None, edited), {"text"}) is None
    if not tokens.words:
        assert drawn == {"edits": []}
