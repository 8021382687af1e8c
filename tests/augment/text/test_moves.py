"""Insertion, deletion and swap, and what holds for every text transform."""

import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from augment.randomness import generator
from augment.text import RandomDeletion, RandomInsertion, RandomSwap, SynonymReplacement
from augment.text.lexicon import synonyms
from augment.text.tokens import tokenise

TRANSFORMS = [SynonymReplacement, RandomInsertion, RandomDeletion, RandomSwap]
LINE = "Maybe we should talk about the movie before the kids start another game, mom."


def words(text):
    return [word.text.lower() for word in tokenise(text).words]


def copies(transform, text, n=40):
    return [transform(text, generator(7, text, copy)) for copy in range(n)]


def test_insertion_adds_synonyms_of_words_that_are_there():
    found = {synonym for word in words(LINE) for synonym in synonyms(word)}
    for edited in copies(RandomInsertion(rate=0.2), LINE):
        added = Counter(words(edited)) - Counter(words(LINE))
        assert added.total() == 3  # 0.2 of 14 words
        assert set(added) <= found
        assert edited[0].isupper()


def test_insertion_reaches_the_beginning_and_the_end():
    places = {
        words(edited).index("film")
        for edited in copies(RandomInsertion(rate=0.01), "a movie ends")
        if "film" in edited
    }
    assert places == {0, 1, 2, 3}


def test_deletion_takes_what_it_says_and_nothing_else():
    for edited in copies(RandomDeletion(rate=0.2), LINE):
        assert Counter(words(edited)) <= Counter(words(LINE))
        assert len(words(LINE)) - len(words(edited)) == 3
        assert edited[0].isupper()
        assert edited.endswith(".")


def test_deletion_leaves_a_word_in_every_sentence():
    for edited in copies(RandomDeletion(rate=1.0), "We went there. They came here too! So it goes?"):
        assert [mark for mark in edited if mark in ".!?"] == [".", "!", "?"]
        assert len(words(edited)) == 3


def test_deletion_never_makes_a_name_open_the_sentence():
    assert set(copies(RandomDeletion(rate=1.0), "so then Mark said it")) == {"so Mark", "then Mark"}


def test_swap_keeps_the_words_and_moves_the_share():
    for edited in copies(RandomSwap(rate=0.3), LINE):
        assert Counter(words(edited)) == Counter(words(LINE))
        moved = sum(a != b for a, b in zip(words(edited), words(LINE), strict=True))
        assert moved in (3, 4)  # two pairs, and "the" for "the" is no move
        assert edited[0].isupper()


def test_swap_stays_within_a_sentence():
    for edited in copies(RandomSwap(rate=1.0), "We went there. They came here."):
        first, second = edited.lower().split(". ")
        assert set(first.split()) == {"we", "went", "there"}
        assert set(second.rstrip(".").split()) == {"they", "came", "here"}


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_same_generator_same_text_and_others_differ(transform):
    made = transform(rate=0.3)
    assert copies(made, LINE) == copies(made, LINE)
    assert len(set(copies(made, LINE))) > 3


@pytest.mark.parametrize("transform", TRANSFORMS)
def test_rate_zero_and_p_zero_change_nothing(transform):
    assert set(copies(transform(rate=0.0), LINE)) == {LINE}
    assert set(copies(transform(p=0.0), LINE)) == {LINE}


PIECES = st.sampled_from(
    [
        "the",
        "movie",
        "Movie",
        "a",
        "an",
        "old",
        "car.",
        "kids",
        "really",
        "NOT",
        "can't",
        "I",
        "Monica",
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
        "é",
        "中文",
        "U.S.",
        "big",
        "apple",
        "THE",
        "start",
        "talk",
        "to",
    ]
)


@settings(max_examples=150, deadline=None)
@given(
    text=st.one_of(st.text(), st.lists(PIECES).map(" ".join), st.lists(PIECES).map("".join)),
    rate=st.floats(0.01, 1.0),
    seed=st.integers(0, 50),
)
@pytest.mark.parametrize("transform", TRANSFORMS)
def test_whatever_the_text(transform, text, rate, seed):
    made, tokens = transform(rate=rate), tokenise(text)
    drawn = made.draw(generator(seed, "h"), tokens)
    edited = made.apply(text, **json.loads(json.dumps(drawn)))
    changed = len(drawn["edits"])
    assert changed <= 3 * max(1, round(rate * len(tokens)))  # a capital or an article may follow each
    assert bool(edited.strip()) == bool(text.strip())
    assert "  " in text or "  " not in edited
    kept = iter(word.text.casefold() for word in tokenise(edited).words)
    protected = [word.text.casefold() for word in tokens.words if word.protected]
    assert all(any(word in other for other in kept) for word in protected)
    if not tokens.words:
        assert drawn == {"edits": []}
